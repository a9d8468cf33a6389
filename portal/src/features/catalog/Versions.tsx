import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import type { Schemas } from '@/shared/api/client'
import { Time } from '@/shared/time/Time'
import { Loaded } from '@/shared/ui/Loaded'
import { Status, type Tone } from '@/shared/ui/Status'
import { Table } from '@/shared/ui/Table'
import { useVersions } from './api/list-versions'

const words: Record<Schemas['CatalogItemStatus'], { tone: Tone; word: string; means: string }> = {
  default: { tone: 'good', word: 'Default', means: 'what everybody gets who does not pin another' },
  proposed: { tone: 'waiting', word: 'Proposed', means: 'to be looked at; only a project that pins it gets it' },
  deprecated: { tone: 'off', word: 'Deprecated', means: 'only for projects that pin it' },
  defective: { tone: 'bad', word: 'Defective', means: 'for nobody, whoever pins it' },
}

export function VersionStatus({ status }: { status: Schemas['CatalogItemStatus'] }) {
  const { tone, word } = words[status]
  return <Status tone={tone}>{word}</Status>
}

export const meaningOf = (status: Schemas['CatalogItemStatus']) => words[status].means

/** Every version that was published, the newest first, and what each is good for. */
export function Versions({ kind, name, shown }: { kind: 'template' | 'resource-type'; name: string; shown: string }) {
  const query = useVersions(kind, name)
  return (
    <Loaded query={query} rows={2}>
      {(all) => (
        <Table label="Versions" items={[...all].reverse()} keyOf={(v) => v.version} columns={[
          { title: 'Version', cell: (v: Schemas['CatalogItem']) => (v.version === shown ? <strong aria-current="true">{v.version}</strong> : <Link to="." search={(before) => ({ ...before, version: v.status === 'default' ? undefined : v.version })}>{v.version}</Link>) },
          { title: 'Status', cell: (v) => <Fragment><VersionStatus status={v.status} /> <span className="lz-muted lz-wide">{meaningOf(v.status)}</span></Fragment> },
          { title: 'Published', cell: (v) => <Time at={v.publishedAt} /> },
          { title: 'By', cell: (v) => v.publishedBy, wide: true },
        ]} />
      )}
    </Loaded>
  )
}
