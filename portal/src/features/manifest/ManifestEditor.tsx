import { MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Button, Tab, TabList } from '@fluentui/react-components'
import { lazy, Suspense, useMemo } from 'react'
import { useResourceTypes } from '@/features/catalog/api/list-resource-types'
import type { Fault } from '@/features/schema-form/validate'
import { Loaded } from '@/shared/ui/Loaded'
import { Loading } from '@/shared/ui/Loading'
import { ManifestForm } from './ManifestForm'
import { marksOf, type Mark } from './marks'
import { manifestSchema } from './schema'
import { read, withValue } from './text'

const YamlEditor = lazy(() => import('./YamlEditor'))

export type ManifestView = 'form' | 'yaml'

interface ManifestEditorProps {
  text: string
  change: (text: string) => void
  view: ManifestView
  show: (view: ManifestView) => void
  /** What the platform says of it; pointers begin at the manifest. */
  faults: Fault[]
}

/** One manifest, as a form and as YAML. The text is what counts: the form changes it, and what cannot be read is kept as it was typed. */
export function ManifestEditor({ text, change, view, show, faults }: ManifestEditorProps) {
  const types = useResourceTypes()
  const schema = useMemo(() => manifestSchema(types.data ?? []), [types.data])
  const reading = useMemo(() => read(text), [text])
  const marks = useMemo(() => marksOf(schema, text, faults), [schema, text, faults])
  return (
    <div className="lz-stack">
      <TabList selectedValue={view} onTabSelect={(_, d) => show(d.value as ManifestView)} aria-label="How to write it"><Tab value="form">Form</Tab><Tab value="yaml">YAML</Tab></TabList>
      {view === 'yaml' ? (
        <>
          <Suspense fallback={<Loading rows={6} label="Loading the editor" />}><YamlEditor label="Manifest as YAML" text={text} change={change} schema={schema} marks={marks} /></Suspense>
          <p className="lz-muted">Ctrl+Space suggests what can be written. Tab leaves the editor.</p>
          <Faults marks={marks} />
        </>
      ) : reading.fault ? (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody><MessageBarTitle>Line {reading.fault.line} cannot be read as YAML</MessageBarTitle>{reading.fault.message}. Nothing is lost: mend it there, and the form is here again.</MessageBarBody>
          <MessageBarActions><Button onClick={() => show('yaml')}>Show the YAML</Button></MessageBarActions>
        </MessageBar>
      ) : (
        <Loaded query={types} rows={6}>{(all) => <ManifestForm manifest={reading.manifest} types={all} faults={marks.map((m) => ({ pointer: m.pointer, text: m.message }))} put={(path, value) => change(withValue(text, path, value))} />}</Loaded>
      )}
    </div>
  )
}

/** The faults as a list too: marks in an editor are easily passed over. */
function Faults({ marks }: { marks: Mark[] }) {
  if (marks.length === 0) return null
  return <ul aria-label="What is wrong" className="lz-reasons">{marks.map((m) => <li key={`${m.from} ${m.message}`} className="lz-fault">Line {m.line}: {m.message} {m.pointer && <code>{m.pointer}</code>}</li>)}</ul>
}
