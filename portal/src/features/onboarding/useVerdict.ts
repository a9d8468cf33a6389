import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Schemas } from '@/shared/api/client'
import { useDebounced } from '@/shared/ui/useDebounced'
import { projectPreviewQuery } from './api/preview-project'
import { askable } from './askable'
import { refusalsOf, wrongWith, type Wrong } from './checks'
import { specOf, type Draft } from './draft'

export interface Verdict {
  preview: Schemas['ProjectPreview'] | undefined
  error: Error | null
  /** What has to be typed, or mended, before anything new can be told. */
  waitsFor: string[]
  /** What is wrong by the rules that are known here, then by the platform's. */
  wrong: Wrong[]
  /** The preview speaks of exactly what is typed. */
  settled: boolean
  retry: () => void
}

const fieldNames: Record<string, string> = { '/name': 'name', '/title': 'title', '/team': 'team' }

/** Asks what the draft would do, once typing has rested. */
export function useVerdict(draft: Draft): Verdict {
  const today = new Date().toISOString().slice(0, 10)
  const local = useMemo(() => wrongWith(draft, today), [draft, today])
  const waits = local.filter((w) => w.step === 'project' || !w.missing)
  const asked = useDebounced({ draft, may: waits.length === 0 }, 300)
  const part = useMemo(() => askable(asked.draft), [asked.draft])
  const query = useQuery({ ...projectPreviewQuery(part.draft.project, specOf(part.draft)), enabled: asked.may })
  const preview = query.data && { ...query.data, ...(query.data.refusal ? { refusal: moved(query.data.refusal, part.back) } : {}), environments: query.data.environments.map((e) => (e.refusal ? { ...e, refusal: moved(e.refusal, part.back) } : e)) }
  return {
    preview,
    error: query.error,
    waitsFor: [...new Set(waits.map((w) => fieldNames[w.pointer] ?? 'what is marked'))],
    wrong: [...local, ...refusalsOf(preview)],
    settled: asked.draft === draft && !query.isFetching && !query.isPlaceholderData,
    retry: () => void query.refetch(),
  }
}

const moved = (refusal: Schemas['Refusal'], back: (pointer: string) => string): Schemas['Refusal'] => ({ ...refusal, errors: refusal.errors?.map((e) => ({ ...e, pointer: back(e.pointer) })) })
