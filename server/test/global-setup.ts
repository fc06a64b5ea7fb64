import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openDatabase } from '../src/app/world.ts'
import {
  adminClient,
  type Cluster,
  openEmbeddedCluster,
  openExternalCluster,
} from '../src/platform/db/cluster.ts'
import { readSecrets } from '../src/platform/secrets.ts'
import { throwawayFolder } from '../src/platform/throwaway.ts'

declare module 'vitest' {
  interface ProvidedContext {
    dataDir: string
  }
}

/**
 * One PostgreSQL for all tests of a run, with a migrated template that each test copies into a database of its
 * own. `TEST_DATABASE_URL` runs the same tests on another server.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = throwawayFolder('mingbu-test-')
  // Commands and servers that tests start, a hundred of them, need not all translate the same sources.
  process.env.NODE_COMPILE_CACHE ??= join(dataDir, 'compiled')
  const secrets = readSecrets(dataDir)
  const url = process.env.TEST_DATABASE_URL
  const cluster: Cluster = url
    ? await openExternalCluster(url)
    : await openEmbeddedCluster(dataDir, secrets.roles.mingbu_admin)
  const client = adminClient(cluster, cluster.maintenanceDatabase)
  await client.connect()
  if (!url) await client.query(`alter system set fsync = off; `)
  if (!url) await client.query(`select pg_reload_conf()`)
  await client.query('drop database if exists mingbu_template')
  await client.query('create database mingbu_template')
  await client.end()
  const world = await openDatabase({ ...cluster, stop: async () => {} }, 'mingbu_template', secrets, {
    dataDir,
    origin: 'http://localhost:8080',
  })
  await world.close()
  project.provide('dataDir', dataDir)
  return async () => {
    await cluster.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
