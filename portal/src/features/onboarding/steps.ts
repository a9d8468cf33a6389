// Apart from the wizard, so that the route that checks an address does not load it.
export const stepNames = ['project', 'people', 'limits', 'environments', 'review'] as const
export type StepName = (typeof stepNames)[number]

export const stepTitles: Record<StepName, string> = { project: 'Team and project', people: 'People', limits: 'Types, quota, budget', environments: 'Environments', review: 'Review' }
