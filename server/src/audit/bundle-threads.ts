import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Bundle, CheckBundle, CheckedBundle, UnreadableBundle } from './check-bundle.ts'

type Checked = CheckedBundle | UnreadableBundle

interface Waiting {
  resolve(checked: Checked): void
  reject(error: Error): void
}

/** One thread and what was asked of it. When it ends before it has answered, every question to it fails. */
class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #ended: Error | null = null

  constructor(file: URL) {
    this.#worker = new Worker(file)
    this.#worker.on('message', ({ no, checked }: { no: number; checked: Checked }) => {
      this.#waiting.get(no)?.resolve(checked)
      this.#waiting.delete(no)
    })
    this.#worker.on('messageerror', (error) => this.#end(error))
    this.#worker.on('error', (error) => this.#end(error as Error))
    this.#worker.on('exit', (code) => this.#end(new Error(`it ended with ${code}`)))
  }

  ask(bundle: Bundle): Promise<Checked> {
    const no = this.#asked++
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      this.#waiting.set(no, { resolve, reject })
      this.#worker.postMessage({ no, bundle })
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #end(why: Error): void {
    this.#ended ??= new Error(`a thread that checks the log is gone: ${why.message}`)
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

/** Threads that check bundles in turn, started with the first. One that dies makes the whole check an error. */
export class BundleThreads {
  readonly #file: URL
  readonly #count: number
  #threads: Thread[] = []
  #next = 0

  /** @param file What a thread runs; another only in tests. */
  constructor(count = availableParallelism(), file = new URL('./bundle-thread.ts', import.meta.url)) {
    this.#count = count
    this.#file = file
  }

  readonly check: CheckBundle = (bundle) => {
    if (this.#threads.length === 0)
      this.#threads = Array.from({ length: this.#count }, () => new Thread(this.#file))
    return this.#threads[this.#next++ % this.#count]!.ask(bundle)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }
}
