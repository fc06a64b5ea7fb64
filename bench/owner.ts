import type pg from 'pg'
import type { World } from '../server/src/app/world.ts'

/** How the database's owner connects: nothing is checked but what the tables check. */
export async function ownerAddress(world: Pick<World, 'admin'>): Promise<pg.ClientConfig> {
  const admin = await world.admin()
  const { host, port, database, user, password } = admin
  await admin.end()
  return { host, port, database, user, password: password ?? undefined }
}
