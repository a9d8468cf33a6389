import { expect } from 'vitest'
import { journey } from './harness'

journey('access, audit and quotas', ({ platform, project, step, as, everyLook, visit, accessible }) => {
  project('vault', { budget: { monthly: '500.00', over: 'approve' } })

  step('an owner gives a role to a guest until a day, and sees where each role comes from', async () => {
    const page = await as('team-owner')
    await visit(page, '/projects/vault/access')
    const table = page.getByRole('region', { name: 'Roles at project vault' })
    await table.getByText('here').first().waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Give a role…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Where').selectOption('/projects/vault/environment-types/dev')
    await dialog.getByLabel('Who').fill('guest')
    await dialog.getByLabel('Role').selectOption('Deployer')
    await dialog.getByLabel('Until').fill('2099-12-31')
    expect(await dialog.getByRole('option', { name: /PlatformAdmin \(you lack/ }).isDisabled()).toBe(true)
    await accessible(page)
    await dialog.getByRole('button', { name: 'Give it' }).click()
    await table.getByText('only in type dev in vault').waitFor()
  })

  step('why somebody may is explained', async () => {
    const page = await as('team-owner')
    await page.getByRole('button', { name: 'Explain…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Who').fill('guest')
    await dialog.getByLabel('What').selectOption('deployments/write')
    await dialog.getByText('guest may not do deployments/write at project vault').waitFor()
    await dialog.getByText(/does not count there/).waitFor()
    await accessible(page)
    await dialog.getByLabel('Where').selectOption('/projects/vault/environment-types/dev')
    await dialog.getByText('guest may do deployments/write at type dev in vault').waitFor()
    await dialog.getByText(/The right comes from Deployer/).waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  step('what was given is taken away, after a question', async () => {
    const page = await as('team-owner')
    await page.getByRole('button', { name: 'Take away Deployer at type dev in vault from guest' }).click()
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click()
    await page.getByRole('region', { name: 'Roles at project vault' }).getByText('guest').waitFor({ state: 'detached' })
  })

  step('the log tells it, with what changed, at an address of its own', async () => {
    const page = await as('team-owner')
    await visit(page, '/projects/vault/audit?action=deleteAssignment')
    await page.getByText('deleteAssignment', { exact: true }).first().click()
    await page.getByRole('region', { name: 'What deleteAssignment changed' }).getByText('Deployer').waitFor()
    await accessible(page)
    await page.reload()
    await page.getByRole('region', { name: 'What deleteAssignment changed' }).waitFor()
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export as JSON lines' }).click()
    expect((await saved).suggestedFilename()).toBe('audit-vault.jsonl')
  })

  step('a quota is raised by who may, and by nobody else', async () => {
    const owner = await as('team-owner')
    await visit(owner, '/projects/vault?tab=limits')
    await owner.getByText(/changed by who holds quotas\/write/).waitFor()
    await accessible(owner)
    const page = await as('admin')
    await visit(page, '/projects/vault?tab=limits')
    await page.getByRole('button', { name: 'Change quota and budget…' }).click()
    await page.getByRole('dialog').getByLabel('Operations at the same time').fill('7')
    await accessible(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
    await page.getByText('0 of 7 used, 7 left').waitFor()
    expect((await (await platform.call('admin', 'GET', '/projects/vault')).json() as { members: unknown[] }).members.length).toBeGreaterThan(0)
  })

  everyLook('admin', () => ['/access', '/access/roles', '/access/teams', '/access/teams/payments', '/projects/vault/access', '/audit', '/projects/vault/audit', '/projects/vault?tab=limits', '/onboard'])
})
