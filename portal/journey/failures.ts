import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import type { Person } from './browser'

/** Where the pictures of a failed step are put, and what the platform said. */
export const failures = fileURLToPath(new URL('../../dist/journey/', import.meta.url))

/** What a person's page did that a good page does not do. */
export interface Diary {
  /** Thrown errors, errors on the console, broken rules of the content security policy, answers of 500 and above. */
  faults: string[]
  /** What the API refused; many a step wants to be refused. */
  refused: string[]
}

export function keepDiary(page: Page): Diary {
  const diary: Diary = { faults: [], refused: [] }
  page.on('pageerror', (error) => diary.faults.push(`thrown on ${page.url()}: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    // The browser tells of each refused request there too; those are told below with more.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) diary.faults.push(`console of ${page.url()}: ${message.text()}`)
  })
  page.on('response', (response) => {
    if (response.status() < 400) return
    const line = `${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`
    diary[response.status() >= 500 ? 'faults' : 'refused'].push(line)
  })
  return diary
}

/** Tells what everybody's page shows after a step that failed, and takes its picture. */
export async function tellFailure(step: string, pages: Iterable<[Person, { page: Page; diary: Diary }]>, log: string): Promise<void> {
  const told = [`\nFAILED: ${step}`]
  for (const [person, { page, diary }] of pages) {
    const picture = join(failures, `${step} ${person}.png`.replace(/[^\w.-]+/g, '-'))
    await page.screenshot({ path: picture, fullPage: true, timeout: 5_000 }).catch((error: unknown) => diary.faults.push(`no picture: ${String(error)}`))
    told.push(`${person} is at ${page.url()}   picture: ${picture}`, ...[...diary.faults, ...diary.refused.slice(-5)].map((line) => `  ${line}`))
    const seen = await page.locator('body').ariaSnapshot({ timeout: 5_000 }).catch(() => '')
    told.push(...seen.split('\n').slice(0, 80).map((line) => `  | ${line}`))
  }
  const said = await readFile(log, 'utf8').catch(() => '')
  told.push(`the last that lazuli up said (all of it: ${log}):`, ...said.trimEnd().split('\n').slice(-8).map((line) => `  > ${line.slice(0, 400)}`))
  console.warn(told.join('\n'))
}
