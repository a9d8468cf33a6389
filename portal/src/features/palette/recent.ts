/** How many places are remembered. */
const most = 8

const pages: [RegExp, string][] = [
  [/^\/projects\/([^/]+)\/environments\/([^/]+)$/, 'Environment'],
  [/^\/projects\/([^/]+)$/, 'Project'],
  [/^\/operations\/([^/]+)$/, 'Operation'],
  [/^\/catalog\/templates\/([^/]+)$/, 'Template'],
  [/^\/catalog\/types\/([^/]+)$/, 'Resource type'],
  [/^\/access\/teams\/([^/]+)$/, 'Team'],
]

/** Where somebody was; what it is called follows from its address. */
export interface Place {
  href: string
  title: string
  kind: string
}

/** The place of an address; undefined for a page that is in the navigation anyway. */
export function placeOf(href: string): Place | undefined {
  for (const [pattern, kind] of pages) {
    const found = pattern.exec(href)
    if (found) return { href, title: found.slice(1).map(decodeURIComponent).join('/'), kind }
  }
  return undefined
}

/** Kept apart by person: on a shared machine nobody reads where another was. */
const keyOf = (person: string) => `lazuli.recent.${person}`

/** The places where the person was, the last one first. */
export function recentPlaces(person: string): Place[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(person)) ?? '[]')
    return Array.isArray(kept) ? kept.flatMap((href) => (typeof href === 'string' ? (placeOf(href) ?? []) : [])).slice(0, most) : []
  } catch {
    return [] // somebody else wrote there
  }
}

/** Notes that the person is at an address. */
export function visited(person: string, href: string): void {
  if (!placeOf(href)) return
  const places = [href, ...recentPlaces(person).map((p) => p.href).filter((h) => h !== href)]
  localStorage.setItem(keyOf(person), JSON.stringify(places.slice(0, most)))
}
