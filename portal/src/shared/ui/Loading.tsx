import { Skeleton, SkeletonItem } from '@fluentui/react-components'

/** The shape of what is coming. */
export function Loading({ rows = 4, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <Skeleton aria-label={label} className="lz-skeleton">
      {Array.from({ length: rows }, (_, n) => <SkeletonItem key={n} size={24} />)}
    </Skeleton>
  )
}
