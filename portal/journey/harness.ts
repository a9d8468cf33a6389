import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { looks, signIn, tooWide, violations, type Look, type Person } from './browser'
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
  /** A step for each look: in it the pages are whole to axe, and no wider than the screen. */
  everyLook: (person: Person, paths: () => Promise<string[]> | string[]) => void
  /** Opens a page by its address and waits until it has its heading, and what it shows first. */
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

    const visit = async (page: Page, path: string) => {
      await page.goto(`${platform.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.locator('.lz-skeleton').first().waitFor({ state: 'detached' })
    }
    const accessible = async (page: Page) => expect(await violations(page), page.url()).toEqual([])

    tell({
      platform,
      step: test,
      visit,
      accessible,
      project: (name, more) => beforeAll(() => platform.makeProject(name, more)),
      as: async (person) => {
        const known = people.get(person) ?? (await open(person))
        people.set(person, known)
        return known.page
      },
      everyLook: (person, paths) => {
        for (const [where, look] of Object.entries<Look>(looks)) {
          test(`its pages work ${where}`, async () => {
            const { page, context } = await open(person, look)
            for (const path of await paths()) {
              await visit(page, path)
              await accessible(page)
              expect(await tooWide(page), path).toEqual([])
            }
            await context.close()
          })
        }
      },
      statusOf: (page, word) => page.locator('.lz-title-row .lz-status', { hasText: word }).waitFor({ timeout: aDeployment }),
    })
    test('no page threw, broke a rule of the browser or was answered with an error of the platform', () => expect(diaries.flatMap((d) => d.faults)).toEqual([]))
  })
}
