import { rmdir } from 'node:fs/promises'
import { expect } from 'vitest'
import { aDeployment, journey } from './harness'

const at = '/projects/orchard/environments'

journey('the page of an environment', ({ platform, project, step, as, everyLook, visit, statusOf, accessible }) => {
  project('orchard')

  /** Asks as the developer for something that takes time, and waits for its end. */
  async function done(method: string, path: string, body: unknown) {
    const answer = await platform.call('developer', method, path, body)
    const id = answer.headers.get('Operation-Id') ?? ''
    expect(id, `${path} answered ${answer.status}`).not.toBe('')
    expect((await platform.settled('developer', id)).status).toBe('Succeeded')
  }

  step('a developer deploys twice', async () => {
    await done('PUT', `${at}/dev`, { type: 'dev', template: 'static-site', parameters: { title: 'First' } })
    await done('POST', `${at}/dev/deployments`, { template: 'static-site', parameters: { title: 'Second' } })
  })

  step('two deployments are compared, and the earlier one is built again after its difference was shown', async () => {
    const page = await as('developer')
    await visit(page, `${at}/dev?tab=deployments`)
    await page.getByRole('region', { name: 'Deployments' }).getByRole('link', { name: 'Deployed static-site' }).last().click()
    const site = page.getByRole('region', { name: 'Differences of site' })
    await site.getByText('Second').waitFor()
    await site.getByText('First').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Roll back…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('/inputs/settings/TITLE').waitFor()
    await accessible(page)
    await dialog.getByRole('button', { name: 'Roll back to it' }).click()
    await page.getByRole('heading', { name: 'Deploy orchard/dev' }).waitFor()
    await statusOf(page, 'Succeeded')
    await visit(page, `${at}/dev`)
    await page.getByText('First', { exact: true }).waitFor()
  })

  step('a value that two people set at once is nobody\'s loss, and is restored', async () => {
    const page = await as('developer')
    await visit(page, '/projects/orchard/values')
    await accessible(page)
    await page.getByRole('button', { name: 'Set a value' }).click()
    await page.getByLabel('Key').fill('LOG_LEVEL')
    await page.getByLabel('Value', { exact: true }).fill('warn')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('cell', { name: 'warn', exact: true }).waitFor()

    await visit(page, `${at}/dev?tab=values`)
    await page.getByRole('link', { name: 'project orchard' }).waitFor()
    await page.getByRole('button', { name: 'Override LOG_LEVEL' }).click()
    await page.getByLabel('Value', { exact: true }).fill('info')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText("this environment over the project's warn").waitFor()

    await page.getByRole('button', { name: 'Edit LOG_LEVEL' }).click()
    await page.getByLabel('Value', { exact: true }).fill('mine')
    expect((await platform.call('team-owner', 'PATCH', `${at}/dev/values`, { set: { LOG_LEVEL: { value: 'theirs' } } })).status).toBe(200)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/Meanwhile team-owner set LOG_LEVEL to theirs/).waitFor()
    expect(await page.getByLabel('Value', { exact: true }).inputValue()).toBe('mine')
    await accessible(page)
    await page.getByRole('button', { name: 'Save mine over it' }).click()
    await page.getByRole('cell', { name: 'mine', exact: true }).waitFor()

    await page.getByRole('list', { name: 'From version 2 to 3' }).getByText('theirs').waitFor()
    await page.getByRole('button', { name: 'Restore version 1' }).click()
    await page.getByRole('list', { name: 'What changes' }).getByText('LOG_LEVEL').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Restore', exact: true }).click()
    await page.getByRole('cell', { name: 'info', exact: true }).waitFor()
    await page.getByRole('heading', { name: 'Values, version 4' }).waitFor()
    await accessible(page)
  })

  step('it lives longer within its limit, and sleeps by a calendar', async () => {
    const page = await as('developer')
    await visit(page, `${at}/dev`)
    await accessible(page)
    await page.getByRole('button', { name: 'Extend…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/may be kept 90 days from now/).waitFor()
    await accessible(page)
    await dialog.getByRole('button', { name: 'Extend', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Edit calendar…' }).click()
    await dialog.getByLabel('A calendar of its own').check()
    await dialog.getByLabel('Time zone').fill('Asia/Kolkata')
    await dialog.getByText(/^Hibernates/).first().waitFor()
    await accessible(page)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('mon–fri 19:00–07:00 (Asia/Kolkata)').waitFor()
    const told = (await (await platform.call('developer', 'GET', `${at}/dev`)).json()) as { nextPowerAt?: string; calendar?: unknown }
    expect(told.calendar).toEqual({ timeZone: 'Asia/Kolkata', off: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '19:00', to: '07:00' }] })
  })

  step('what was changed outside is seen, ignored, put back and adopted', async () => {
    const page = await as('developer')
    await done('PUT', `${at}/files`, { type: 'dev', manifest: { resources: { files: { type: 'storage-account', inputs: { containers: ['invoices', 'reports'] } } } } })
    const { outputs } = (await (await platform.call('developer', 'GET', `${at}/files`)).json()) as { outputs: Record<string, Record<string, unknown>> }
    const folder = new URL(Object.values(outputs.files ?? {}).find((v): v is string => typeof v === 'string' && v.startsWith('file:')) ?? '')
    const remove = () => rmdir(new URL(`${folder.href.replace(/\/$/, '')}/reports`))
    const check = async () => {
      await page.getByRole('button', { name: 'Check now' }).click()
      await page.getByText('Look for drift:').waitFor()
      await page.getByText('Look for drift:').waitFor({ state: 'detached', timeout: aDeployment })
    }
    await visit(page, `${at}/files/drift`)
    await page.getByText('Nobody has looked since it was deployed').waitFor()
    await accessible(page)
    await remove()
    await check()
    const expected = page.getByRole('region', { name: /^Properties of module.files/ }).getByRole('row', { name: 'containers[1] reports nothing' })
    await expected.waitFor()
    await accessible(page)

    await page.getByRole('button', { name: /^Ignore module.files/ }).click()
    await page.getByLabel('What').selectOption('containers')
    await page.getByLabel('Reason').fill('Finance decides in a month')
    await accessible(page)
    await page.getByRole('button', { name: 'Ignore it' }).click()
    await page.getByText('What differs is ignored for now.').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: /^Remove the note/ }).click()
    await page.getByRole('button', { name: /^Ignore module.files/ }).waitFor()

    await page.getByRole('button', { name: 'Put back…' }).click()
    await page.getByRole('button', { name: 'Put it back' }).click()
    await page.getByRole('heading', { name: 'Put drift back orchard/files' }).waitFor()
    await statusOf(page, 'Succeeded')

    await remove()
    await visit(page, `${at}/files/drift`)
    await check()
    await expected.waitFor()
    await page.getByRole('button', { name: 'Adopt…' }).click()
    await page.getByRole('region', { name: 'What is adopted' }).getByText('reports').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Adopt it' }).click()
    await page.getByRole('list', { name: 'Adopted' }).getByText('containers').first().waitFor()
    await page.getByRole('button', { name: 'Watch it' }).click()
    await statusOf(page, 'Succeeded')
    await visit(page, `${at}/files/drift`)
    await check()
    await page.getByText('It is as it was deployed').waitFor()
  })

  step('what runs in one place goes to another, after both were seen side by side', async () => {
    const page = await as('developer')
    await visit(page, `${at}/dev`)
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name: 'Clone…' }).click()
    await page.getByLabel('Name').fill('check')
    await page.getByLabel('Type').selectOption('test')
    await page.getByRole('dialog').getByText('1 to add, 0 to change, 0 to remove').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Create and deploy' }).click()
    await page.getByRole('heading', { name: 'Create or change orchard/check' }).waitFor()
    await statusOf(page, 'Succeeded')
    await done('POST', `${at}/dev/deployments`, { template: 'static-site', parameters: { title: 'Third' } })
    await visit(page, '/projects/orchard/promote?from=dev&to=check')
    await page.getByRole('region', { name: 'Side by side' }).getByText('≠ settings.TITLE').waitFor()
    await page.getByText('/inputs/settings/TITLE').waitFor()
    await accessible(page)
    await page.getByRole('button', { name: 'Promote to check' }).click()
    await page.getByRole('heading', { name: 'Deploy orchard/check' }).waitFor()
    await statusOf(page, 'Succeeded')
    await visit(page, `${at}/check`)
    await page.getByText('Third', { exact: true }).waitFor()
  })

  everyLook('developer', async () => {
    const { value } = (await (await platform.call('developer', 'GET', `${at}/dev/deployments`)).json()) as { value: { id: string; operation: string }[] }
    return [`${at}/dev`, `${at}/dev?tab=deployments`, `${at}/dev?tab=values`, `${at}/dev/deployments/${value.at(-1)?.id}`, `${at}/files/drift`, '/projects/orchard/promote?from=dev&to=check', '/projects/orchard/values', `/operations/${value[0]?.operation}?tab=log`]
  })

  step('what is protected is not deleted; what is not, is gone to the proof', async () => {
    const owner = await as('team-owner')
    await visit(owner, `${at}/dev`)
    await owner.getByRole('button', { name: 'Protect…' }).click()
    await owner.getByLabel('Reason').fill('demo for the board')
    await accessible(owner)
    await owner.getByRole('button', { name: 'Protect', exact: true }).click()
    await owner.getByText('“demo for the board”').waitFor()

    const page = await as('developer')
    await visit(page, `${at}/dev`)
    const ask = async () => {
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Delete…' }).click()
      await page.getByRole('list', { name: 'What goes' }).getByText('site', { exact: true }).waitFor()
      await page.getByLabel('Type orchard/dev to confirm').fill('orchard/dev')
      await page.getByRole('button', { name: 'Delete everything' }).click()
    }
    await ask()
    await page.getByText(/EnvironmentProtected · request/).waitFor()
    await page.getByRole('list', { name: 'What stays' }).getByText(/set for orchard\/dev/).waitFor()
    await accessible(page)

    await owner.getByRole('button', { name: 'Take away…' }).click()
    await owner.getByRole('button', { name: 'Take it away' }).click()
    await owner.getByRole('button', { name: 'Protect…' }).waitFor()
    await visit(page, `${at}/dev`)
    await ask()
    await page.getByText('proven: nothing is left').waitFor({ timeout: aDeployment })
    await accessible(page)
  })
})
