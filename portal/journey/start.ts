import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { failures } from './failures'
import { startPlatform } from './platform'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the platform of this run is; empty when there is no browser to walk with. */
    url: string
    /** Where the browser of this run listens for whoever drives it. */
    browser: string
    /** The file with what `lazuli up` says. */
    log: string
  }
}

/** Starts one platform and one browser for all journeys. .ci/portal names the browser that it found or installed in CHROMIUM. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  await rm(failures, { recursive: true, force: true })
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'
  if (!existsSync(executablePath)) {
    console.warn("\nSKIPPED: THERE IS NO CHROMIUM, SO NOBODY WALKS THROUGH THE PORTAL. Install Debian's chromium, or name one in CHROMIUM.\n")
    for (const key of ['url', 'browser', 'log'] as const) project.provide(key, '')
    return async () => {}
  }
  await mkdir(failures, { recursive: true })
  const log = join(failures, 'lazuli-up.log')
  const [platform, browser] = await Promise.all([startPlatform(log), chromium.launchServer({ executablePath, args: ['--no-sandbox'] })])
  project.provide('url', platform.url)
  project.provide('browser', browser.wsEndpoint())
  project.provide('log', log)
  return async () => {
    await browser.close()
    await platform.stop()
  }
}
