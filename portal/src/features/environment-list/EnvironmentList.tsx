import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useAllEnvironments } from '@/features/environments/api/list-all-environments'
import { useMe } from '@/features/me/api/get-me'
import type { Schemas } from '@/shared/api/client'
import { useNow } from '@/shared/time/useNow'
import { EmptyState } from '@/shared/ui/EmptyState'
import { Loaded } from '@/shared/ui/Loaded'
import { EnvironmentRows } from './EnvironmentRows'
import { FilterBar } from './FilterBar'
import { filtered, sorted, type Filters } from './filters'

/** The environments of all projects that one may see, as the filters of the address have them. */
export function EnvironmentList({ filters }: { filters: Filters }) {
  return <Loaded query={useAllEnvironments()} rows={10}>{(all) => <Listed all={all} filters={filters} />}</Loaded>
}

function Listed({ all, filters }: { all: Schemas['Environment'][]; filters: Filters }) {
  const navigate = useNavigate()
  const me = useMe().data?.id
  const now = useNow(60_000).getTime()
  const shown = useMemo(() => sorted(filtered(all, filters, me, now), filters.sort, filters.down), [all, filters, me, now])
  const change = (search: Filters) => void navigate({ to: '/environments', search, replace: true, resetScroll: false })
  if (all.length === 0) {
    return <EmptyState title="You see no environment yet">An environment is a place in a project, built from a template. Open a project and make one; those of all your projects are listed here.</EmptyState>
  }
  return (
    <>
      <FilterBar all={all} filters={filters} change={change} />
      <p role="status" className="lz-muted">{shown.length === all.length ? `${all.length} environments` : `${shown.length} of ${all.length} environments`}</p>
      {shown.length > 0
        ? <EnvironmentRows environments={shown} sort={filters.sort ?? 'name'} down={filters.down ?? false} order={(sort, down) => change({ ...filters, sort, down: down || undefined })} />
        : <EmptyState title="No environment is like that">Take a filter away, or look for something else.</EmptyState>}
    </>
  )
}
