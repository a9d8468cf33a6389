import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import axe from 'axe-core'

export type Person = 'admin' | 'team-owner' | 'developer' | 'viewer'

/** The screen and what its owner prefers. */
export type Look = NonNullable<Parameters<Browser['newContext']>[0]>

/** In which every page has to work. */
export const looks = {
  'in the dark': { colorScheme: 'dark' },
  'in high contrast': { contrast: 'more' },
  'on a phone': { viewport: { width: 375, height: 720 } },
} satisfies Record<string, Look>

/** A browser profile in which a person has signed in on the issuer's page. */
export async function signIn(browser: Browser, url: string, person: Person, look: Look = {}): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...look })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(url)
  await page.locator(`button[value="${person}"]`).click()
  await page.getByRole('banner').waitFor()
  return { page, context }
}

/** What axe finds wrong with the page as it is, once what moves in it has come to rest: half faded in, nothing has contrast. */
export async function violations(page: Page): Promise<string[]> {
  // While a dialog goes, the page behind it is hidden from readers for a moment more.
  await page.waitForFunction(() => document.querySelector('[aria-modal=true], [role=dialog], [role=alertdialog]') ?? !document.querySelector('#root[aria-hidden=true]'))
  await page.evaluate(() => Promise.allSettled(document.getAnimations()
    .filter((a) => a.playState === 'running' && Number.isFinite(a.effect?.getComputedTiming().endTime)).map((a) => a.finished)))
  // evaluate, not a script tag: the page's policy allows no inline script.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const found = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      // Fluent's focus sentinels: hidden from readers on purpose, and passed over by the keyboard at once (microsoft/tabster).
      exclude: [['[data-tabster-dummy]']],
    })
    return found.violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.target.join(' ')}\n    ${n.failureSummary ?? ''}`).join('\n  ')}`)
  })
}

/** What makes the page scroll sideways; nothing when it does not. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return []
    return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement?.closest('.lz-table-wrap')).map((e) => `${e.tagName} ${e.className.toString().slice(0, 80)} to ${e.getBoundingClientRect().right}`)
  })
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
export async function tabTo(wanted: Locator): Promise<void> {
  await wanted.waitFor()
  for (let n = 0; n < 80; n++) {
    if (await wanted.evaluate((e) => e === document.activeElement)) return
    await wanted.page().keyboard.press('Tab')
  }
  throw new Error(`80 times Tab do not lead to ${String(wanted)}`)
}
