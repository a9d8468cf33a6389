import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { signIn, violations, type Look, type Person } from './browser'
import { keepDiary, tellFailure, type Diary } from './failures'
import { Platform } from './platform'

/** A deployment takes some ten seconds; a busy machine is given time. */
export const aDeployment = 90_000

/** What the steps of a journey are told with. */
export interface Journey {
  platform: Platform
  /** One step of the journey; when it fails, the later ones are passed over. */
  step: (title: string, walk: () => Promise<void>) => void
  /** The project of this journey, made before its first step, in which everybody has his role. Projects keep journeys apart. */
  project: (name: string, more?: Record<string, unknown>) => void
  /** The page of a person: everybody has a browser profile of his own, signed in once. */
  as: (person: Person) => Promise<Page>
  /** Another page of a person, on another screen; it is closed with the journey. */
  on: (look: Look, person: Person) => Promise<{ page: Page; context: BrowserContext }>
  /** Opens a page by its address and waits until it has its heading. */
  visit: (page: Page, path: string) => Promise<void>
  /** Waits for the status beside the heading of the page. */
  statusOf: (page: Page, word: string) => Promise<void>
  /** Fails with what axe finds wrong with the page as it is. */
  accessible: (page: Page) => Promise<void>
}

/** Tells a journey: steps that people take one after another through the one platform of this run. */
export function journey(title: string, tell: (journey: Journey) => void): void {
  describe.skipIf(!inject('url'))(title, () => {
    const platform = new Platform(inject('url'))
    const people = new Map<Person, { page: Page; diary: Diary }>()
    const diaries: Diary[] = []
    let browser: Browser
    let failed = false

    const open = async (person: Person, look?: Look) => {
      const opened = await signIn(browser, platform.url, person, look)
      const diary = keepDiary(opened.page)
      diaries.push(diary)
      return { ...opened, diary }
    }
    beforeAll(async () => {
      browser = await chromium.connect(inject('browser'))
    })
    afterAll(() => browser?.close())
    beforeEach((context) => context.skip(failed, 'an earlier step failed'))
    afterEach(async ({ task }) => {
      if (task.result?.state !== 'fail') return
      failed = true
      await tellFailure(`${title}: ${task.name}`, people, inject('log'))
    })

    tell({
      platform,
      step: test,
      project: (name, more) => beforeAll(() => platform.makeProject(name, more)),
      as: async (person) => {
        const known = people.get(person) ?? (await open(person))
        people.set(person, known)
        return known.page
      },
      on: (look, person) => open(person, look),
      visit: async (page, path) => {
        await page.goto(`${platform.url}${path}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
      },
      statusOf: (page, word) => page.locator('.lz-title-row .lz-status', { hasText: word }).waitFor({ timeout: aDeployment }),
      accessible: async (page) => expect(await violations(page), page.url()).toEqual([]),
    })
    test('no page threw, broke a rule of the browser or was answered with an error of the platform', () => expect(diaries.flatMap((d) => d.faults)).toEqual([]))
  })
}
