import type { Schemas } from '@/shared/api/client'

/** How much more or less: "+12.00", "−3.50", "the same". */
export function changeOf({ before, after }: Schemas['PriceComparison']): string {
  const more = Number(after.monthly) - Number(before.monthly)
  if (Math.abs(more) < 0.005) return 'the same as now'
  return `${more > 0 ? '+' : '−'}${Math.abs(more).toFixed(2)} to now`
}
