import { Loop } from './loop.ts'

/** Something that looks again and again at what nobody presses a button for; `R` is what one look says. */
export abstract class Watch<R> {
  #loop: Loop | null = null

  /** Looks once. */
  abstract runOnce(): Promise<R>

  /** Looks at once, and `everyMs` after each look. A look that fails is made up for by the next. */
  start(everyMs: number): void {
    const look = async () => {
      await this.runOnce()
      return false
    }
    this.#loop = new Loop(look, { gatherMs: 0, restMs: 0, everyMs })
  }

  async stop(): Promise<void> {
    await this.#loop?.stop()
  }
}
