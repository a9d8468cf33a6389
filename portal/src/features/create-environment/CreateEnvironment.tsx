import { Button, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { useReducer } from 'react'
import { useTemplate } from '@/features/catalog/api/get-template'
import { useEnvironmentTypes } from '@/features/catalog/api/list-environment-types'
import { useOffers } from '@/features/catalog/api/list-offers'
import { useTemplates } from '@/features/catalog/api/list-templates'
import { faultsIn, PreviewPanel, useLivePreview } from '@/features/deployments/PreviewPanel'
import { useCreateEnvironment } from '@/features/environments/api/put-environment'
import { ManifestEditor } from '@/features/manifest/ManifestEditor'
import { LazySchemaForm } from '@/features/schema-form/LazySchemaForm'
import { CopyButton } from '@/shared/ui/CopyButton'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Failed } from '@/shared/ui/Failed'
import { Loading } from '@/shared/ui/Loading'
import { Section } from '@/shared/ui/Page'
import { NotOffered } from './NotOffered'
import type { WishSearch } from './search'
import { begin, searchOf, specOf, waitingFor, wishes } from './wish'

const ownManifest = '.manifest' // no template can be called so

/** A new environment: from a template with its form, or of a manifest of one's own. Its address holds all that was typed. */
export function CreateEnvironment({ project, search }: { project: string; search: WishSearch }) {
  const [wish, change] = useReducer(wishes, search, begin)
  const [typesQuery, offersQuery, templatesQuery] = [useEnvironmentTypes(), useOffers(project), useTemplates()]
  const types = typesQuery.data ?? []
  const offers = offersQuery.data
  const offered = offers?.filter((o) => o.kind === 'template')
  const usable = (templatesQuery.data ?? []).filter((t) => !offered || offered.some((o) => o.name === t.name && o.environmentTypes.includes(wish.type)))
  const templateQuery = useTemplate(wish.as === 'template' ? wish.template : '')
  const template = templateQuery.data
  const waiting = waitingFor(wish, template)
  const spec = waiting ? undefined : specOf(wish, template)
  const preview = useLivePreview(project, wish.nameFits ? wish.name : 'new', spec)
  const create = useCreateEnvironment(project)
  const navigate = useNavigate()
  const router = useRouter()
  const error = preview.error ?? create.error
  const submit = () => {
    if (!spec || !wish.nameFits) return
    create.mutate({ environment: wish.name, spec }, { onSuccess: (operation) => operation && void navigate({ to: '/operations/$operation', params: { operation } }) })
  }
  const link = location.origin + router.buildLocation({ to: '/projects/$project/new-environment', params: { project }, search: searchOf(wish) }).href
  return (
    <form className="lz-columns" onSubmit={(e) => { e.preventDefault(); submit() }}>
      <div className="lz-stack">
        <Failed queries={[typesQuery, offersQuery, templatesQuery, templateQuery]} />
        <Field label="Name" required hint="Small letters, digits and dashes; it is part of addresses." {...(wish.name && !wish.nameFits ? { validationState: 'error' as const, validationMessage: 'Two letters or more; it begins with a letter.' } : {})}>
          <Input value={wish.name} onChange={(_, d) => change({ name: d.value })} placeholder="dev" autoComplete="off" />
        </Field>
        <Field label="Type" hint={types.find((t) => t.name === wish.type)?.description ?? ''}>
          <Select value={wish.type} onChange={(_, d) => change({ type: d.value })}>{types.map((t) => <option key={t.name} value={t.name}>{t.title}</option>)}</Select>
        </Field>
        <Field label="Template" required>
          <RadioGroup value={wish.as === 'manifest' ? ownManifest : wish.template} onChange={(_, d) => change(d.value === ownManifest ? { as: 'manifest' } : { as: 'template', template: d.value })} className="lz-templates">
            {usable.map((t) => <Radio key={t.name} value={t.name} label={<>{t.title} <span className="lz-muted">{t.takes} · from {t.price?.monthly} {t.price?.currency}</span></>} />)}
            <Radio value={ownManifest} label={<>A manifest of your own <span className="lz-muted">resource by resource</span></>} />
          </RadioGroup>
        </Field>
        {(templatesQuery.isPending || offersQuery.isPending) && <Loading rows={3} label="Loading the templates" />}
        <NotOffered offers={offered} type={wish.type} />
        {wish.as === 'manifest' ? (
          <Section title="Manifest"><ManifestEditor text={wish.text} change={(text) => change({ text })} view={wish.view} show={(view) => change({ view })} faults={faultsIn(error, '/manifest')} /></Section>
        ) : template ? (
          <LazySchemaForm key={template.name} name="parameters" schema={template.parameters} values={wish.parameters} change={(parameters) => change({ parameters })} faults={faultsIn(error, '/parameters')} />
        ) : templateQuery.isLoading && <Loading rows={3} label="Loading the form" />}
        {create.error && <ErrorView error={create.error} />}
        <div className="lz-row">
          <Button type="submit" appearance="primary" disabled={create.isPending || !wish.nameFits || !spec}>Create and deploy</Button>
          <CopyButton text={link} what="a link to this form as it is filled in" />
        </div>
      </div>
      <PreviewPanel preview={preview} waiting={waiting} />
    </form>
  )
}
