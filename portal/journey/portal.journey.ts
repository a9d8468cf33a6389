import { expect } from 'vitest'
import { tabTo } from './browser'
import { aDeployment, journey } from './harness'

journey('the portal', ({ platform, project, step, as, everyLook, visit, statusOf, accessible }) => {
  project('payments')

  step('a developer makes an environment and watches it to the end', async () => {
    const page = await as('developer')
    await page.getByRole('link', { name: /^Payments/ }).click()
    await accessible(page)
    await page.getByRole('button', { name: 'New environment' }).first().click()
    await page.getByLabel('Name').fill('dev')
    await page.getByLabel('Static site').check()
    await page.getByLabel('Title').fill('First')
    await page.getByText('No approval needed').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Create and deploy' }).click()
    await page.getByRole('heading', { name: 'Create or change payments/dev' }).waitFor()
    await page.getByText('apply', { exact: true }).first().waitFor({ timeout: aDeployment })
    await statusOf(page, 'Succeeded')
    await accessible(page)
    await page.getByRole('tab', { name: 'Log' }).click()
    await page.getByText(/Apply complete/).first().waitFor()
    await page.getByLabel('Find in the log').fill('apply complete')
    await page.getByText(/^1 of \d+ lines$/).waitFor()
    await accessible(page)
    await page.getByRole('tab', { name: 'Plan' }).click()
    await page.getByText(/to add, 0 to change/).waitFor()
    await accessible(page)
    await page.getByRole('link', { name: 'Open payments/dev' }).click()
    await statusOf(page, 'Ready')
    await page.getByRole('link', { name: /payments-dev-site\.localhost/ }).waitFor()
    for (const tab of ['Resources', 'Deployments', 'Values', 'Activity', 'Overview']) {
      await page.getByRole('tab', { name: tab }).click()
      await page.locator('.lz-skeleton').first().waitFor({ state: 'detached' })
      await accessible(page)
    }
  })

  step('values change, and come back', async () => {
    const page = await as('developer')
    await visit(page, '/projects/payments/environments/dev?tab=values')
    for (const [button, value] of [['Set a value', 'debug'], ['Edit LOG_LEVEL', 'info']] as const) {
      await page.getByRole('button', { name: button }).click()
      if (button === 'Set a value') await page.getByLabel('Key').fill('LOG_LEVEL')
      await page.getByLabel('Value', { exact: true }).fill(value)
      await accessible(page)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('cell', { name: value, exact: true }).waitFor()
    }
    await page.getByRole('button', { name: 'Restore version 1' }).click()
    await page.getByRole('button', { name: 'Restore', exact: true }).click()
    await page.getByRole('cell', { name: 'debug', exact: true }).waitFor()
    await page.getByText('Version 3', { exact: true }).waitFor()
  })

  step('what a viewer may not do is refused with the reason', async () => {
    const page = await as('viewer')
    await visit(page, '/projects/payments/environments/dev')
    await page.getByRole('button', { name: 'Deploy again' }).click()
    await page.getByText(/You may not do this: it takes the action deployments\/write/).first().waitFor()
    await page.getByText(/Forbidden · request/).first().waitFor()
    await accessible(page)
    await visit(page, '/projects/secret')
    await page.getByText(/NotFound · request/).waitFor()
    await accessible(page)
  })

  step('an earlier deployment is built again', async () => {
    const page = await as('developer')
    const changed = await platform.call('developer', 'POST', '/projects/payments/environments/dev/deployments', { template: 'static-site', parameters: { title: 'Second' } })
    const { id } = (await changed.json()) as { id: string }
    await visit(page, `/operations/${id}`)
    await statusOf(page, 'Succeeded')
    await visit(page, '/projects/payments/environments/dev?tab=deployments')
    await page.getByRole('button', { name: 'Roll back' }).first().click()
    await accessible(page)
    await page.getByRole('button', { name: 'Roll back to it' }).click()
    await page.getByRole('heading', { name: 'Deploy payments/dev' }).waitFor()
    await statusOf(page, 'Succeeded')
    await visit(page, '/projects/payments/environments/dev')
    await page.getByText('First', { exact: true }).waitFor()
  })

  step('a plan for production waits until another person approves it', async () => {
    const page = await as('developer')
    await visit(page, '/projects/payments/new-environment?template=empty')
    await page.getByLabel('Name').fill('live')
    await page.getByLabel('Type').selectOption('prod')
    await page.getByText('Needs approval').waitFor()
    await page.getByRole('button', { name: 'Create and deploy' }).click()
    await statusOf(page, 'Waits for approval')
    await expect.poll(() => page.getByRole('button', { name: 'Approve this plan' }).count()).toBe(0)
    await accessible(page)
    const address = new URL(page.url()).pathname

    const owner = await as('team-owner')
    await visit(owner, '/')
    await owner.getByRole('region', { name: 'Operations that wait for approval' }).getByRole('link').first().click()
    expect(new URL(owner.url()).pathname).toBe(address)
    await owner.getByRole('button', { name: 'Reject' }).click()
    await owner.getByText('Say why you reject it.').waitFor()
    await owner.getByLabel('Comment').fill('Go ahead')
    await accessible(owner)
    await owner.getByRole('button', { name: 'Approve this plan' }).click()
    await statusOf(owner, 'Succeeded')
    await statusOf(page, 'Succeeded') // without a reload
  })

  step('what runs in one place is promoted to another, and rejected there', async () => {
    const page = await as('developer')
    await visit(page, '/projects/payments/environments/dev')
    await page.getByRole('button', { name: 'Promote' }).click()
    await page.getByText('Needs approval').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Promote to live' }).click()
    await statusOf(page, 'Waits for approval')
    const owner = await as('team-owner')
    await visit(owner, new URL(page.url()).pathname)
    await owner.getByLabel('Comment').fill('Not today')
    await owner.getByRole('button', { name: 'Reject' }).click()
    await page.getByText('team-owner rejected').waitFor() // without a reload
    await page.getByText('“Not today”').waitFor()
  })

  step('the palette goes anywhere by keyboard', async () => {
    const page = await as('developer')
    await visit(page, '/')
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: /payments\/dev/ }).waitFor()
    await accessible(page)
    await page.keyboard.type('payments dev')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'payments/dev' }).waitFor()
  })

  step('the keyboard alone makes an environment', async () => {
    const page = await as('developer')
    await visit(page, '/projects/payments')
    await tabTo(page.getByRole('button', { name: 'New environment' }))
    await page.keyboard.press('Enter')
    await tabTo(page.getByLabel('Name'))
    await page.keyboard.type('keys')
    await tabTo(page.getByLabel('Empty environment'))
    await page.keyboard.press('Space')
    await tabTo(page.getByRole('button', { name: 'Create and deploy' }))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Create or change payments/keys' }).waitFor()
    await statusOf(page, 'Succeeded')
  })

  step('deleting says what goes, asks for the name, and proves it', async () => {
    const page = await as('developer')
    await visit(page, '/projects/payments/environments/dev')
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await page.getByRole('dialog').getByText('site', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Delete everything' }).isDisabled()).toBe(true)
    await page.getByLabel('Type payments/dev to confirm').fill('payments/dev')
    await accessible(page)
    await page.getByRole('button', { name: 'Delete everything' }).click()
    await page.getByText('proven: nothing is left').waitFor({ timeout: aDeployment })
  })

  everyLook('admin', async () => {
    const live = ((await (await platform.call('developer', 'GET', '/projects/payments/operations')).json()) as { value: { id: string }[] }).value[0]?.id
    return ['/', '/projects', '/environments', '/projects/payments', '/projects/payments?tab=members', '/projects/payments?tab=activity',
      '/projects/payments/new-environment', '/projects/payments/environments/live', '/projects/payments/environments/live?tab=resources', `/operations/${live}`, `/operations/${live}?tab=plan`, '/nowhere']
  })
})
