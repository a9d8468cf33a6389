import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('../../', import.meta.url))

/** A whole platform of its own, on free ports, with data of its own. */
export class Platform {
  readonly url: string
  readonly #process: ChildProcess
  readonly #dir: string

  private constructor(url: string, process: ChildProcess, dir: string) {
    this.url = url
    this.#process = process
    this.#dir = dir
  }

  static async start(): Promise<Platform> {
    const dir = await mkdtemp(join(tmpdir(), 'lazuli-portal-'))
    const child = spawn(join(top, 'bin', 'lazuli'), ['up', '--address', '127.0.0.1:0', '--sites-address', '127.0.0.1:0', '--data', dir], { cwd: top, stdio: ['ignore', 'pipe', 'pipe'] })
    const url = await new Promise<string>((resolve, reject) => {
      let said = ''
      const hear = (chunk: Buffer) => {
        said += chunk.toString()
        const found = /http:\/\/localhost:\d+/.exec(said)
        if (found) resolve(found[0])
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.once('exit', (code) => reject(new Error(`lazuli up ended with ${code}:\n${said}`)))
      setTimeout(() => reject(new Error(`lazuli up said no address within two minutes:\n${said}`)), 120_000).unref()
    })
    return new Platform(url, child, dir)
  }

  /** Calls the API as somebody: the device flow, as programs do. */
  async call(user: string, method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${await this.#token(user)}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(60_000),
    })
  }

  readonly #tokens = new Map<string, string>()

  async #token(user: string): Promise<string> {
    const known = this.#tokens.get(user)
    if (known) return known
    const post = async (path: string, form: Record<string, string>) =>
      (await fetch(`${this.url}/identity/${path}`, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(form) })).json() as Promise<Record<string, string>>
    const device = await post('device_authorization', { client_id: 'lazuli-cli', scope: 'openid' })
    await post('device', { user_code: device.user_code ?? '', user })
    const { access_token: token } = await post('token', { client_id: 'lazuli-cli', grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.device_code ?? '' })
    if (!token) throw new Error(`no token for ${user}`)
    this.#tokens.set(user, token)
    return token
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve))
    this.#process.kill('SIGINT')
    await ended
    await rm(this.#dir, { recursive: true, force: true })
  }
}
