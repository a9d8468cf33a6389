/** How many pages are read at most: 200 items each. Lists longer than that are filtered at the API. */
const mostPages = 10

interface Page<T> {
  value: T[]
  nextLink?: string
}

/** Reads a list to its end, page by page. */
export async function allPages<T>(read: (pageToken: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  let token: string | undefined
  for (let n = 0; n < mostPages; n++) {
    const page = await read(token)
    all.push(...page.value)
    token = tokenOf(page.nextLink)
    if (!token) break
  }
  return all
}

/** The pageToken of a nextLink; undefined when there is no next page. */
export function tokenOf(nextLink: string | undefined): string | undefined {
  if (!nextLink) return undefined
  return new URL(nextLink, 'http://relative').searchParams.get('pageToken') ?? undefined
}
