import type { Schemas } from '@/shared/api/client'

type Offer = Schemas['Offer']

export const offerOf = (offers: Offer[] | undefined, kind: Offer['kind'], name: string): Offer | undefined => offers?.find((o) => o.kind === kind && o.name === name)

export const isUsable = (offer: Offer | undefined): offer is Offer => !!offer && offer.environmentTypes.length > 0

/** Why something may not be used: each reason once, with the environment types that it is about. */
export function reasonsOf(offer: Offer): { reason: string; nextStep?: string | undefined; types: string[] }[] {
  const out: { reason: string; nextStep?: string | undefined; types: string[] }[] = []
  for (const { environmentType, reason, nextStep } of offer.withheld) {
    // A reason names the type of environment; told of another, it is the same reason.
    const known = out.find((r) => r.nextStep === nextStep && r.reason.replaceAll(r.types[0] ?? '', environmentType) === reason)
    if (known) known.types.push(environmentType)
    else out.push({ reason, nextStep, types: [environmentType] })
  }
  return out
}

export const priceText = (price: Schemas['Price'] | undefined): string => (price ? `from ${price.monthly} ${price.currency} a month${price.complete ? '' : ', as far as it is known'}` : 'depends on what is asked for')
