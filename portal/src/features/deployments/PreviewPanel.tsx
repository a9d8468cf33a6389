import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, type ReactNode } from 'react'
import type { Fault } from '@/features/schema-form/validate'
import type { Schemas } from '@/shared/api/client'
import { problemOf } from '@/shared/api/problem'
import { EmptyState } from '@/shared/ui/EmptyState'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { Section } from '@/shared/ui/Page'
import { useDebounced } from '@/shared/ui/useDebounced'
import { previewQuery } from './api/preview-deployment'
import { PreviewView } from './PreviewView'

/** How long one has to rest before the platform is asked. */
const rest = 300

/** What the platform says of a request as it is typed; undefined asks nothing. Typing never waits for it. */
export function useLivePreview(project: string, environment: string, spec: Schemas['EnvironmentSpec'] | undefined) {
  const asked = useDebounced(useDeferredValue(spec), rest)
  return useQuery({ ...previewQuery(project, environment, asked ?? {}), enabled: asked !== undefined && spec !== undefined })
}

/** The faults that an answer names beneath a pointer, told from there. */
export function faultsIn(error: unknown, pointer: string): Fault[] {
  return (problemOf(error)?.errors ?? []).filter((e) => e.pointer.startsWith(`${pointer}/`)).map((e) => ({ pointer: e.pointer.slice(pointer.length), text: e.detail }))
}

/** What it would do and cost, beside the form; or why that cannot be said yet. */
export function PreviewPanel({ preview, waiting, children }: { preview: ReturnType<typeof useLivePreview>; waiting?: { title: string; text: string } | undefined; children?: ReactNode }) {
  return (
    <Section title="What it does and costs">
      <div aria-live="polite" aria-busy={preview.isFetching} className="lz-stack">
        {waiting ? <EmptyState title={waiting.title}>{waiting.text}</EmptyState> : preview.error ? <ErrorView error={preview.error} /> : preview.data ? <PreviewView preview={preview.data} /> : <Loading />}
      </div>
      {children}
    </Section>
  )
}
