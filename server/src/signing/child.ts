import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How long a process may take to end before it is ended. */
const stopMs = 5_000

/**
 * A process of our own that prints `{"url": …}` once it serves: started when its address is first asked for, and
 * again when it has died. It ends when we do, even when we are killed.
 */
export class Child {
  readonly #args: readonly string[]
  #running: { process: ChildProcess; url: Promise<string> } | null = null

  /** @param args Arguments of `mingbu`. */
  constructor(args: readonly string[]) {
    this.#args = args
  }

  /** Where it serves. @throws Error when it ends before it does. */
  async url(): Promise<string> {
    this.#running ??= this.#start()
    return this.#running.url
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = null
    if (!running || running.process.exitCode !== null) return
    const gone = new Promise((resolve) => running.process.once('exit', resolve))
    running.process.kill('SIGTERM')
    const impatient = setTimeout(() => running.process.kill('SIGKILL'), stopMs)
    await gone
    clearTimeout(impatient)
  }

  #start() {
    const command = new URL('../cli/mingbu.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [command, ...this.#args], {
      // Interrupts from the terminal reach the parent alone, who then stops us in order.
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, MINGBU_CHILD: '1' },
    })
    child.unref()
    child.stdin?.on('error', () => {})
    const url = new Promise<string>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => {
        if (this.#running?.process === child) this.#running = null
        reject(new Error(`mingbu ${this.#args[0]} ended with ${code}`))
      })
      createInterface({ input: child.stdout! }).once('line', (line) => {
        try {
          resolve((JSON.parse(line) as { url: string }).url)
        } catch (error) {
          reject(error)
        }
      })
    })
    url.catch(() => {})
    return { process: child, url }
  }
}
