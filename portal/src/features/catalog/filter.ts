export interface CatalogFilter {
  q?: string | undefined
  tag?: string | undefined
}

interface Thing {
  name: string
  title: string
  description?: string | undefined
  tags?: string[] | undefined
}

/** Whether something has every word that was typed, and the tag that was chosen. */
export function fits(thing: Thing, { q = '', tag }: CatalogFilter): boolean {
  const text = `${thing.name} ${thing.title} ${thing.description ?? ''} ${thing.tags?.join(' ') ?? ''}`.toLowerCase()
  return (!tag || !!thing.tags?.includes(tag)) && q.toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word))
}

export const tagsOf = (things: Thing[]): string[] => [...new Set(things.flatMap((t) => t.tags ?? []))].sort()
