import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { throwawayFolder } from '../../server/src/platform/throwaway.ts'
import { type Product, startProduct } from './product.ts'

/**
 * The product on a demo city of its own. The city is made by one real first start in the whole run of tests and copied for
 * everybody else; what a first start is like is `start.test.ts`'s to say.
 */
export async function startDemo(): Promise<Product> {
  const kept = await keptDemo()
  const dataDir = throwawayFolder('mingbu-e2e-')
  rmSync(dataDir, { recursive: true })
  // PostgreSQL's files keep their owner, who is not root.
  const { status, stderr } = spawnSync('cp', ['-a', kept, dataDir], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the demo city could not be copied: ${stderr}`)
  return await startProduct({ dataDir })
}

/** The folder of a demo city that nobody has worked in; whoever asks first makes it, the others wait. */
async function keptDemo(): Promise<string> {
  const kept = join(inject('dataDir'), 'demo')
  const ready = `${kept}.ready`
  const failed = `${kept}.failed`
  if (claim(`${kept}.making`)) {
    try {
      const product = await startProduct({ dataDir: kept })
      await product.stop()
      writeFileSync(ready, '')
    } catch (error) {
      writeFileSync(failed, String(error))
    }
  }
  while (!existsSync(ready)) {
    if (existsSync(failed))
      throw new Error(`the demo city that tests share could not be made: ${readFileSync(failed, 'utf8')}`)
    await new Promise((wake) => setTimeout(wake, 200))
  }
  return kept
}

/** True for the first who asks. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}
