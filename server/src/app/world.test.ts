import { expect, test } from 'vitest'
import { openTestWorld } from '../../test/world.ts'

// Without a listener of its own, a connection that breaks while it is held and idle would end the whole process.
test.each(['app', 'sequencer', 'auditor'] as const)(
  'a connection of %s that breaks while somebody holds it fails that one, and the next gets another',
  async (role) => {
    await using world = await openTestWorld()
    const pool = world.pools[role]
    const held = await pool.connect()
    const { rows } = await held.query<{ pid: number }>('select pg_backend_pid() as pid')
    const broken = new Promise((resolve) => held.once('end', resolve))
    await world.superuser('select pg_terminate_backend($1)', [rows[0]!.pid])
    await broken
    const failed = await held.query('select 1').catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Error)
    held.release(true)
    expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }])
  },
)
