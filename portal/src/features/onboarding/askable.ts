import type { Draft } from './draft'

/** The part of a draft that can be asked about already, and the way back from its places to those of the draft. */
export function askable(draft: Draft): { draft: Draft; back: (pointer: string) => string } {
  const people = draft.people.flatMap((p, n) => (p.id.trim() ? [n] : []))
  const environments = draft.environments.flatMap((e, n) => (e.name && e.template ? [n] : []))
  const back = (pointer: string) => {
    const [, list, at, ...rest] = pointer.split('/')
    const places = list === 'members' ? people : list === 'environments' ? environments : undefined
    const place = places?.[Number(at)]
    return place === undefined ? pointer : ['', list, place, ...rest].join('/')
  }
  const pick = <T,>(all: T[], places: number[]) => all.filter((_, n) => places.includes(n))
  return { draft: { ...draft, people: pick(draft.people, people), environments: pick(draft.environments, environments) }, back }
}
