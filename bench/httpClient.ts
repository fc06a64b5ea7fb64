import { connect, type Socket } from 'node:net'

/** An answer of the server: its status and its body as text. */
export interface HttpAnswer {
  status: number
  body: string
  /** The cookies it sets, as a request sends them back; null when it sets none. */
  cookie: string | null
}

/**
 * One keep-alive connection that sends one request at a time, as one browser at a counter does. Hand-made on a
 * plain socket because the load generator shares the machine's cores with what it measures: node:http spends more
 * time on a request than the whole act may take. It reads what our server sends, `content-length` bodies, and
 * nothing else.
 */
export class HttpClient {
  readonly #port: number
  #socket: Socket | null = null
  #buffer: Buffer = Buffer.alloc(0)
  #waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | null = null
  #closed = false

  private constructor(port: number) {
    this.#port = port
  }

  /** Connects to 127.0.0.1. @throws Error when nothing listens there. */
  static async open(port: number): Promise<HttpClient> {
    const client = new HttpClient(port)
    client.#socket = await client.#connect()
    return client
  }

  /**
   * Sends one request and waits for its answer; connects again, as a browser does, when the server closed the connection
   * while nothing was asked. @throws Error when the connection breaks or one is already under way.
   */
  async send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | Buffer = '',
  ): Promise<HttpAnswer> {
    if (this.#closed) throw new Error('this connection was closed')
    if (this.#waiting) throw new Error('a connection carries one request at a time')
    this.#socket ??= await this.#connect()
    const socket = this.#socket
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1:${this.#port}\r\n${lines.join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n`
    return await new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      socket.write(typeof body === 'string' ? head + body : Buffer.concat([Buffer.from(head), body]))
    })
  }

  close(): void {
    this.#closed = true
    this.#socket?.destroy()
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#port, '127.0.0.1')
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        socket.setNoDelay(true)
        socket.on('data', (chunk: Buffer) => this.#take(chunk))
        socket.on('error', (error) => this.#fail(error))
        socket.on('close', () => this.#fail(new Error('the server closed the connection')))
        resolve(socket)
      })
    })
  }

  #take(chunk: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk])
    const end = this.#buffer.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#buffer.toString('latin1', 0, end)
    const length = /\r\ncontent-length: (\d+)/i.exec(head)
    if (!length) {
      this.#fail(new Error(`an answer without content-length: ${head.slice(0, 80)}`))
      return
    }
    const total = end + 4 + Number(length[1])
    if (this.#buffer.length < total) return
    const body = this.#buffer.toString('utf8', end + 4, total)
    this.#buffer = this.#buffer.subarray(total)
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      body,
      cookie: [...head.matchAll(/\r\nset-cookie: ([^;\r]*)/gi)].map((one) => one[1]).join('; ') || null,
    })
  }

  #fail(error: Error): void {
    this.#socket = null
    this.#buffer = Buffer.alloc(0)
    this.#waiting?.reject(error)
    this.#waiting = null
  }
}
