// Apart from the page, so that the route that checks an address does not load it.
export const environmentTabs = ['overview', 'resources', 'deployments', 'values', 'activity'] as const
export type EnvironmentTab = (typeof environmentTabs)[number]
