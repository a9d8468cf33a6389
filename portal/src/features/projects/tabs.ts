// Apart from the page, so that the route that checks an address does not load it.
export const projectTabs = ['environments', 'members', 'limits', 'activity'] as const
export type ProjectTab = (typeof projectTabs)[number]
