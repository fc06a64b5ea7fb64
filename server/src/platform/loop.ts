/** When a `Loop` runs, in milliseconds. */
export interface Pace {
  /** From a wake until the run: what else comes meanwhile goes along. */
  gatherMs: number
  /** From the end of a run until the next at the earliest. */
  restMs: number
  /** Until a run that nobody woke: what other processes left is found that way. */
  everyMs: number
}

/**
 * Does one piece of work again and again, never twice at a time: soon after it is woken, and now and then unasked. Work
 * that answers true has more to do and goes on at once.
 */
export class Loop {
  readonly #work: () => Promise<boolean>
  readonly #pace: Pace
  #timer: NodeJS.Timeout | null = null
  #due = Number.POSITIVE_INFINITY
  #running: Promise<void> | null = null
  #restUntil = 0
  #woken = false
  #stopped = false
  /** What the last run ended with; null when it was well. */
  fault: string | null = null

  /** The first run begins at once. */
  constructor(work: () => Promise<boolean>, pace: Pace) {
    this.#work = work
    this.#pace = pace
    this.#plan(0)
  }

  /** There is something to do. Cheap, however often it is said. */
  wake(): void {
    if (this.#woken) return
    this.#woken = true
    if (!this.#running) this.#planWoken()
  }

  /** No run begins any more; settles when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#running
  }

  #planWoken(): void {
    this.#plan(Math.max(this.#pace.gatherMs, this.#restUntil - performance.now()))
  }

  /** The earlier of two plans is kept. */
  #plan(inMs: number): void {
    const due = performance.now() + inMs
    if (this.#stopped || due >= this.#due) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => {
      this.#running = this.#run()
    }, inMs)
  }

  async #run(): Promise<void> {
    this.#due = Number.POSITIVE_INFINITY
    this.#woken = false
    let more = false
    try {
      more = await this.#work()
      this.fault = null
    } catch (error) {
      this.fault = error instanceof Error ? error.message : String(error)
    }
    this.#running = null
    this.#restUntil = performance.now() + this.#pace.restMs
    if (more) this.#plan(0)
    else {
      this.#plan(this.#pace.everyMs)
      if (this.#woken) this.#planWoken()
    }
  }
}
