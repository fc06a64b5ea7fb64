import type pg from 'pg'

/** Who can sign in: never a secret, never an identity number. */
export async function listAccounts(
  pool: pg.Pool,
): Promise<{ username: string; name: string; district: string; duties: string[]; locked: boolean }[]> {
  const { rows } = await pool.query('select * from people.accounts()')
  return rows
}
