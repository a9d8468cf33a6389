import { expect } from 'vitest'
import type { Locator, Page } from 'playwright-core'
import { tabTo, tooWide } from './browser'
import { aDeployment, journey } from './harness'

/** Goes to a field with the keyboard and types there, over what stands in it. */
async function typeInto(field: Locator, text: string) {
  await tabTo(field)
  await field.page().keyboard.press('Control+A')
  await field.page().keyboard.type(text)
}

/** Chooses in a drop-down list by its first letters. */
async function pick(list: Locator, text: string, value: string) {
  await tabTo(list)
  await list.page().keyboard.type(text)
  await expect.poll(() => list.inputValue()).toBe(value)
}

async function press(button: Locator, key = 'Enter') {
  await tabTo(button)
  await button.page().keyboard.press(key)
}

const next = (page: Page) => page.getByRole('button', { name: /^Next/ })

journey('onboarding', ({ platform, step, as, visit, accessible }) => {
  // Four steps of one walk, which no mouse takes part in.
  step('by keyboard alone an admin names a project and its team', async () => {
    const page = await as('admin')
    await visit(page, '/')
    await press(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Onboard' }))
    await page.getByRole('heading', { name: 'Team and project' }).waitFor()
    await accessible(page)
    await typeInto(page.getByLabel('Title'), 'Web shop')
    await press(next(page))
    await page.getByText('A team has to own the project.').waitFor()
    await page.keyboard.type('Shop') // the field that is wrong has the focus
    await page.getByText(/^Small letters, digits and dashes/).waitFor()
    await accessible(page)
    await typeInto(page.getByLabel('Team'), 'shopkeepers')
    await page.getByText('Nothing refuses it').waitFor()
    await press(next(page))
    await page.getByRole('heading', { name: 'People' }).waitFor()
  })

  step('by keyboard alone its people and their roles', async () => {
    const page = await as('admin')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('People')
    await press(page.getByRole('button', { name: 'Add somebody' }))
    await typeInto(page.getByLabel('Who'), 'team-owner')
    expect(await page.getByLabel('Role').inputValue()).toBe('TeamOwner')
    await press(page.getByRole('button', { name: 'Add somebody' }), 'Space')
    const second = page.getByRole('group').filter({ hasText: 'Person 2' })
    await typeInto(second.getByLabel('Who'), 'developer')
    const developer = page.getByRole('group', { name: 'developer' })
    await pick(developer.getByLabel('Counts in'), 'Environments of type Dev', 'type:dev')
    await accessible(page)
    await press(next(page))
    await page.getByRole('heading', { name: 'Types, quota, budget' }).waitFor()
  })

  step('by keyboard alone its types, quota, budget and environments', async () => {
    const page = await as('admin')
    await tabTo(page.getByLabel('All that there are'))
    await page.keyboard.press('ArrowDown')
    await press(page.getByLabel('Development'), 'Space')
    await typeInto(page.getByLabel('Environments', { exact: true }), '1')
    await typeInto(page.getByLabel('A month'), '50,0')
    await page.getByText('An amount such as 500 or 99.50.').waitFor()
    await typeInto(page.getByLabel('A month'), '500')
    await accessible(page)
    await press(next(page))

    await page.getByRole('heading', { name: 'Environments', level: 2 }).waitFor()
    for (const [n, name] of ['one', 'two'].entries()) {
      await press(page.getByRole('button', { name: 'Add an environment' }))
      const fresh = page.getByRole('group').filter({ hasText: `Environment ${n + 1}` })
      await typeInto(fresh.getByLabel('Name'), name)
      await pick(page.getByRole('group', { name, exact: true }).getByLabel('Template'), 'Empty', 'empty')
    }
    await page.getByText(/The quota of project web-shop for environments is 1/).first().waitFor()
    await accessible(page)
  })

  step('by keyboard alone, and after a reload that loses nothing, everything is made and watched', async () => {
    const page = await as('admin')
    await page.reload()
    await page.getByRole('group', { name: 'two', exact: true }).waitFor()
    await press(page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /Types, quota, budget/ }))
    await page.getByRole('heading', { name: 'Types, quota, budget' }).waitFor()
    await typeInto(page.getByLabel('Environments', { exact: true }), '2')
    await page.getByText('Nothing refuses it').waitFor()
    await press(page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: /Review/ }))

    await page.getByText('shopkeepers, which is made with it').waitFor()
    await page.getByRole('region', { name: 'Who gets what' }).getByText('environments of type dev').waitFor()
    await accessible(page)
    const create = page.getByRole('button', { name: 'Create Web shop' })
    await expect.poll(() => create.isEnabled()).toBe(true)
    await press(create)
    await page.getByRole('heading', { name: 'web-shop is there' }).waitFor()
    await accessible(page)
    await page.getByRole('link', { name: 'Open web-shop/two' }).waitFor({ timeout: aDeployment })
    await page.getByRole('link', { name: 'Open web-shop/one' }).waitFor({ timeout: aDeployment })
    await press(page.getByRole('link', { name: 'Open web-shop/one' }))
    await page.getByRole('heading', { name: 'web-shop/one' }).waitFor()
  })

  step('who may not onboard is told why', async () => {
    const page = await as('developer')
    await visit(page, '/onboard')
    await page.getByText('You may not onboard a project').waitFor()
    await page.getByText(/it takes the action projects\/create/).waitFor()
    await accessible(page)
    expect((await platform.call('developer', 'GET', '/projects/web-shop')).status).toBe(200)
  })

  step('the name that is taken is refused as one types', async () => {
    const page = await as('admin')
    await visit(page, '/onboard')
    await page.getByLabel('Title').fill('Web shop')
    await page.getByLabel('Team').fill('shopkeepers')
    await page.getByText('Project web-shop exists already.').waitFor()
    await page.getByText(/Existing: shopkeepers/).waitFor()
    await page.setViewportSize({ width: 375, height: 720 })
    for (const s of ['project', 'people', 'limits', 'environments', 'review']) {
      await visit(page, `/onboard?step=${s}`)
      expect(await tooWide(page), s).toEqual([])
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })
})
