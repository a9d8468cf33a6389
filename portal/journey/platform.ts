import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const top = fileURLToPath(new URL('../../', import.meta.url))

/** Starts a whole platform of its own, on free ports, with data of its own. What it says goes into the log. */
export async function startPlatform(log: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'lazuli-portal-'))
  const child = spawn(join(top, 'bin', 'lazuli'), ['up', '--address', '127.0.0.1:0', '--sites-address', '127.0.0.1:0', '--data', dir], { cwd: top, stdio: ['ignore', 'pipe', 'pipe'] })
  const file = createWriteStream(log)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    const hear = (chunk: Buffer) => {
      file.write(chunk)
      if (said.length < 100_000) said += chunk.toString()
      const found = /http:\/\/localhost:\d+/.exec(said)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => reject(new Error(`lazuli up ended with ${code}:\n${said}`)))
    setTimeout(() => reject(new Error(`lazuli up said no address within two minutes:\n${said}`)), 120_000).unref()
  })
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGINT')
    await ended
    file.end()
    await rm(dir, { recursive: true, force: true })
  }
  return { url, stop }
}

/** The platform as programs see it. */
export class Platform {
  readonly url: string
  readonly #tokens = new Map<string, Promise<string>>()

  constructor(url: string) {
    this.url = url
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

  /** Makes a project in which each of the four people has his role. */
  async makeProject(name: string, more?: Record<string, unknown>): Promise<void> {
    const made = await this.call('admin', 'PUT', `/projects/${name}`, {
      title: name.charAt(0).toUpperCase() + name.slice(1), team: 'payments', quota: { environments: 10 },
      members: [{ id: 'team-owner', role: 'TeamOwner' }, { id: 'developer', role: 'Contributor' }, { id: 'viewer', role: 'Reader' }], ...more,
    })
    if (made.status !== 201) throw new Error(`project ${name} was not made: ${made.status} ${await made.text()}`)
  }

  /** Waits until an operation has ended or waits for people, and says how it stands. */
  async settled(user: string, id: string): Promise<{ status: string; stage: string }> {
    for (let n = 0; n < 8; n++) {
      const o = (await (await this.call(user, 'GET', `/operations/${id}?wait=30`)).json()) as { status: string; stage: string }
      if (['Succeeded', 'Failed', 'Canceled'].includes(o.status) || o.stage === 'awaitingApproval') return o
    }
    throw new Error(`operation ${id} did not settle`)
  }

  #token(user: string): Promise<string> {
    const token = this.#tokens.get(user) ?? this.#signIn(user)
    this.#tokens.set(user, token)
    return token
  }

  async #signIn(user: string): Promise<string> {
    const post = async (path: string, form: Record<string, string>) =>
      (await fetch(`${this.url}/identity/${path}`, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(form) })).json() as Promise<Record<string, string>>
    const device = await post('device_authorization', { client_id: 'lazuli-cli', scope: 'openid' })
    await post('device', { user_code: device.user_code ?? '', user })
    const { access_token: token } = await post('token', { client_id: 'lazuli-cli', grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: device.device_code ?? '' })
    if (!token) throw new Error(`no token for ${user}`)
    return token
  }
}
