/** A text of an address; undefined for what is none, or empty. The router reads what looks like a number as one: it was typed as a text. */
export const textIn = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined)
