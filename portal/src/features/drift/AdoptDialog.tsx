import { Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { problemOf } from '@/shared/api/problem'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useAdoptDrift } from './api/adopt-drift'
import type { AnswerProps } from './PutBackDialog'

/** Makes what was found the wanted state. What cannot be adopted is told, and put back where one agrees. */
export function AdoptDialog({ project, environment, report, close, open }: AnswerProps) {
  const [putBackRest, setPutBackRest] = useState(false)
  const adopt = useAdoptDrift(project, environment)
  const submit = () => adopt.mutate({ putBackRest })
  const title = `Make what was found in ${project}/${environment} the wanted state?`
  if (adopt.data) {
    const { operation, adopted, putBack } = adopt.data
    return (
      <FormDialog wide title={title} close={close} leave="Stay here" submit="Watch it" onSubmit={() => { close(); open(operation) }}>
        <p>It is being deployed.</p>
        <ul className="lz-going" aria-label="Adopted">{adopted.map((a) => <li key={`${a.address} ${a.property}`}><code>{a.address} {a.property}</code> is the input <code>{a.input}</code> of {a.alias} from now on</li>)}</ul>
        {putBack.length > 0 && <ul className="lz-going" aria-label="Put back">{putBack.map((p) => <li key={`${p.address} ${p.property ?? ''}`}><code>{p.address} {p.property}</code> is put back: {p.reason}</li>)}</ul>}
      </FormDialog>
    )
  }
  const refused = (problemOf(adopt.error)?.errors ?? []).length > 0
  return (
    <FormDialog wide title={title} close={close} submit="Adopt it" onSubmit={submit} disabled={adopt.isPending} error={adopt.error}>
      <p>What was found goes into the inputs of the manifest, and that is deployed. The environment has a manifest of its own from then on, and no template.</p>
      <div className="lz-table-wrap" role="region" aria-label="What is adopted" tabIndex={0}>
        <table className="lz-table lz-wrapping">
          <thead><tr><th scope="col">Property</th><th scope="col">Was wanted</th><th scope="col">Is wanted then</th></tr></thead>
          <tbody>
            {report.resources.flatMap((r) => (r.properties.length ? r.properties : [undefined]).map((p) => (
              <tr key={`${r.address} ${p?.path ?? ''}`}><td><code>{r.alias ?? r.address}</code> {p && <code>{p.path}</code>}</td><td><del>{p ? (p.sensitive ? 'sensitive' : p.expected ?? 'nothing') : 'there'}</del></td><td><ins>{p ? (p.sensitive ? 'sensitive' : p.found ?? 'nothing') : r.action === 'remove' ? 'gone' : 'as it is'}</ins></td></tr>
            )))}
          </tbody>
        </table>
      </div>
      <Checkbox label="What cannot be adopted is put back" checked={putBackRest} onChange={(_, d) => setPutBackRest(d.checked === true)} />
      {refused && !putBackRest && <p>Not everything is an input that can be asked for. Agree that the rest is put back, or put it into the catalog first.</p>}
    </FormDialog>
  )
}
