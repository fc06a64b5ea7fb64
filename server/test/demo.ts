import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import { type Product, startProduct } from '../../e2e/harness/product.ts'
import { throwawayFolder } from '../src/platform/throwaway.ts'

/** The product on a demo city of its own; what a first start is like is `e2e/start.test.ts`'s to say. */
export const startDemo = async (): Promise<Product> => await startProduct({ dataDir: await demoFolder() })

/**
 * A data folder with the demo city in it, for the caller to use up and remove. The city is made by one real first start in
 * the whole run of tests, and copied for everybody.
 */
export async function demoFolder(): Promise<string> {
  const kept = await keptDemo()
  const dataDir = throwawayFolder('mingbu-demo-')
  rmSync(dataDir, { recursive: true })
  // PostgreSQL's files keep their owner, who is not root.
  const { status, stderr } = spawnSync('cp', ['-a', kept, dataDir], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the demo city could not be copied: ${stderr}`)
  return dataDir
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
