/** The tokens of a JSON pointer: "/a~1b/0" is "a/b" and "0". */
export const tokensOf = (pointer: string): string[] =>
  pointer.replace(/^#/, '').split('/').slice(1).map((t) => t.replace(/~1/g, '/').replace(/~0/g, '~'))

export const pointerOf = (path: readonly (string | number)[]): string => path.map((t) => `/${String(t).replace(/~/g, '~0').replace(/\//g, '~1')}`).join('')

/** What stands at a pointer; undefined for nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  return tokensOf(pointer).reduce<unknown>((at, token) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[token] : undefined), value)
}
