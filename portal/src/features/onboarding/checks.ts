import type { Schemas } from '@/shared/api/client'
import type { Draft } from './draft'
import type { StepName } from './steps'

/** Something wrong with what was typed: where, and what. */
export interface Wrong {
  step: StepName
  /** As the API would point to it. */
  pointer: string
  detail: string
  /** Nothing was typed there yet. */
  missing?: boolean
}

export const namePattern = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/
const personPattern = /^[A-Za-z0-9._-]{1,64}$/
const amountPattern = /^[0-9]{1,9}(\.[0-9]{1,4})?$/

const nameRule = 'Small letters, digits and dashes, two or more; it begins with a letter and ends with none of the dashes.'

/** What can be told without asking anybody. What takes knowledge of the platform, the preview tells. */
export function wrongWith(d: Draft, today: string): Wrong[] {
  const wrong: Wrong[] = []
  const add = (step: StepName, pointer: string, typed: string, fits: boolean, detail: string, need?: string) => {
    if (typed === '') {
      if (need) wrong.push({ step, pointer, detail: need, missing: true })
    } else if (!fits) wrong.push({ step, pointer, detail })
  }
  add('project', '/name', d.project, namePattern.test(d.project), nameRule, 'The project needs a name.')
  add('project', '/title', d.title, d.title.trim().length > 0 && d.title.length <= 100, 'At most 100 characters, and not only blanks.', 'The project needs a title.')
  add('project', '/team', d.team, namePattern.test(d.team), nameRule, 'A team has to own the project.')
  d.people.forEach((p, n) => {
    const at = `/members/${n}`
    add('people', `${at}/id`, p.id, personPattern.test(p.id.trim()), 'The object id at the identity provider: letters, digits, dots, dashes.', 'Say who.')
    add('people', `${at}/role`, p.role, true, '', 'Say which role.')
    add('people', `${at}/expiresAt`, p.until, p.until >= today, 'It has to end in the future.')
    const same = d.people.findIndex((o) => o.id.trim() === p.id.trim() && o.kind === p.kind && o.role === p.role && o.where === p.where)
    if (p.id && same < n) wrong.push({ step: 'people', pointer: `${at}/id`, detail: 'Is there already with the same role.' })
    if (p.where.startsWith('environment:') && !d.environments.some((e) => `environment:${e.name}` === p.where)) wrong.push({ step: 'people', pointer: `${at}/environment`, detail: 'No environment of that name is made.' })
  })
  const count = (text: string, least: number) => /^[0-9]+$/.test(text) && Number(text) >= least && Number(text) <= 1000
  add('limits', '/quota/environments', d.environmentsMost, count(d.environmentsMost, 1), 'A number from 1 to 1000, or nothing for no bound.')
  add('limits', '/quota/runningOperations', d.runningMost, count(d.runningMost, 1), 'A number from 1 to 1000, or nothing for no bound.')
  add('limits', '/quota/deploymentsPerHour', d.hourMost, count(d.hourMost, 1), 'A number from 1 to 1000, or nothing for no bound.')
  d.resources.forEach((r) => add('limits', `/quota/resources/${r.resourceType}`, r.most, count(r.most, 0), 'A number from 0 to 1000; 0 forbids it.', 'Say how many.'))
  add('limits', '/budget/monthly', d.budget, amountPattern.test(d.budget.trim()), 'An amount such as 500 or 99.50.')
  if (d.someTypes && d.types.length === 0) wrong.push({ step: 'limits', pointer: '/environmentTypes', detail: 'Choose a type, or allow all.', missing: true })
  d.environments.forEach((e, n) => {
    const at = `/environments/${n}`
    add('environments', `${at}/name`, e.name, namePattern.test(e.name), nameRule, 'The environment needs a name.')
    add('environments', `${at}/template`, e.template, true, '', 'Choose a template.')
    if (e.name && d.environments.findIndex((o) => o.name === e.name) < n) wrong.push({ step: 'environments', pointer: `${at}/name`, detail: 'Is there already.' })
    if (d.someTypes && e.type && !d.types.includes(e.type)) wrong.push({ step: 'environments', pointer: `${at}/type`, detail: 'The project may not have environments of this type: see its limits.' })
  })
  return wrong
}

/** Which page of the wizard something that the API points to was typed on. */
export function stepOf(pointer: string): StepName {
  if (pointer.startsWith('/members')) return 'people'
  if (pointer.startsWith('/environments')) return 'environments'
  return /^\/(quota|budget|environmentTypes)/.test(pointer) ? 'limits' : 'project'
}

/** What the preview refuses, by the pointer. */
export function refusalsOf(preview: Schemas['ProjectPreview'] | undefined): Wrong[] {
  const all = [preview?.refusal, ...(preview?.environments.map((e) => e.refusal) ?? [])]
  return all.flatMap((r) => r?.errors ?? []).map((e) => ({ step: stepOf(e.pointer), pointer: e.pointer, detail: e.detail }))
}
