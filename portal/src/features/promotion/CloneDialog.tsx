import { Checkbox, Field, Input, Select } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { previewQuery } from '@/features/deployments/api/preview-deployment'
import { PreviewView } from '@/features/deployments/PreviewView'
import { useCreateEnvironment } from '@/features/environments/api/put-environment'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { FormDialog } from '@/shared/ui/FormDialog'
import { Loading } from '@/shared/ui/Loading'
import { useDebounced } from '@/shared/ui/useDebounced'

const validName = /^[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/** Makes a new environment of what was asked for in this one. */
export function CloneDialog({ environment: e, close }: { environment: Schemas['Environment']; close: () => void }) {
  const types = useEnvironmentTypes().data ?? []
  const [name, setName] = useState('')
  const [type, setType] = useState(e.type)
  const [values, setValues] = useState(false)
  const spec: Schemas['EnvironmentSpec'] = { type, from: { environment: e.name, valuesGoAlong: values } }
  const fits = validName.test(name)
  const asked = useDebounced({ name: fits ? name : `${e.name}-clone`.slice(0, 63), spec }, 300)
  const preview = useQuery(previewQuery(e.project, asked.name, asked.spec))
  const create = useCreateEnvironment(e.project)
  const open = useOpenOperation()
  const submit = () => create.mutate({ environment: name, spec }, { onSuccess: (id) => { close(); if (id) open({ id }) } })
  return (
    <FormDialog wide title={`Clone ${e.project}/${e.name}`} close={close} submit="Create and deploy" onSubmit={submit} disabled={!fits || create.isPending} error={create.error}>
      <p>A new environment is made of what was asked for in {e.name}. Its data is not copied.</p>
      <Field label="Name" required hint="Small letters, digits and dashes." {...(name && !fits ? { validationState: 'error' as const, validationMessage: 'Two letters or more; it begins with a letter.' } : {})}>
        <Input value={name} onChange={(_, d) => setName(d.value)} autoComplete="off" />
      </Field>
      <Field label="Type" className="lz-choice"><Select value={type} onChange={(_, d) => setType(d.value)}>{types.map((t) => <option key={t.name} value={t.name}>{t.title}</option>)}</Select></Field>
      <Checkbox label={`The values of ${e.name} go along; secrets stay`} checked={values} onChange={(_, d) => setValues(d.checked === true)} />
      {preview.error ? <ErrorView error={preview.error} /> : preview.data ? <PreviewView preview={preview.data} /> : <Loading />}
    </FormDialog>
  )
}
