import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTemplate } from '@/features/catalog/api/get-template'
import { useCreateDeployment } from '@/features/deployments/api/create-deployment'
import { faultsIn, PreviewPanel, useLivePreview } from '@/features/deployments/PreviewPanel'
import { ManifestEditor } from '@/features/manifest/ManifestEditor'
import { TextDiff } from '@/features/manifest/TextDiff'
import { LazySchemaForm } from '@/features/schema-form/LazySchemaForm'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { Section } from '@/shared/ui/Page'
import { begin, specOf, textsOf, waitingFor, type Edit } from './edit'
import type { EditSearch } from './search'

interface ChangeFormProps {
  environment: Schemas['Environment']
  deployment: Schemas['Deployment']
  search: EditSearch
  /** Begins anew with what is there now. */
  again: () => void
}

export function ChangeForm({ environment: e, deployment, search, again }: ChangeFormProps) {
  const [edit, setEdit] = useState<Edit>(() => begin(e, deployment, search))
  const change = (next: Partial<Edit>) => setEdit((before) => ({ ...before, ...next }))
  const templateName = edit.as === 'template' ? (deployment.template ?? '') : ''
  const templateQuery = useTemplate(templateName)
  const template = templateQuery.data
  const waiting = waitingFor(edit, template)
  const spec = waiting ? undefined : specOf(edit, template)
  const preview = useLivePreview(e.project, e.name, spec)
  const deploy = useCreateDeployment(e.project, e.name)
  const navigate = useNavigate()
  const error = preview.error ?? deploy.error
  const { before, after } = textsOf(edit, template)
  const send = (mode: 'deploy' | 'plan') => spec && deploy.mutate({ ...spec, mode, ifMatch: edit.etag }, { onSuccess: ({ id }) => void navigate({ to: '/operations/$operation', params: { operation: id } }) })
  const ready = !!spec && !deploy.isPending && !e.activeOperation
  return (
    <form className="lz-columns" onSubmit={(event) => { event.preventDefault(); if (ready) send('deploy') }}>
      <div className="lz-stack">
        {e.activeOperation && (
          <MessageBar intent="info"><MessageBarBody>Something is changing this environment now. You can go on writing, and send it afterwards.</MessageBarBody>
            <MessageBarActions><Link to="/operations/$operation" params={{ operation: e.activeOperation }}>Watch it</Link></MessageBarActions></MessageBar>
        )}
        {e.etag !== edit.etag && !e.activeOperation && <Moved keep={() => change({ etag: e.etag })} again={again} />}
        {edit.as === 'template' ? (
          <Section title={`Parameters of ${template?.title ?? templateName}`} actions={<Button onClick={() => change({ as: 'manifest' })}>Write the manifest yourself</Button>}>
            {template ? <LazySchemaForm name="parameters" schema={template.parameters} values={edit.parameters} change={(parameters) => change({ parameters })} faults={faultsIn(error, '/parameters')} />
              : templateQuery.error ? <ErrorView error={templateQuery.error} retry={() => void templateQuery.refetch()} /> : <Loading />}
          </Section>
        ) : (
          <Section title="Manifest" actions={deployment.template && <Button onClick={() => change({ as: 'template' })}>Back to the template</Button>}>
            {deployment.template && <p className="lz-muted">Once it is deployed, this manifest is the environment’s own, and new versions of the template {deployment.template} change nothing in it.</p>}
            <ManifestEditor text={edit.text} change={(text) => change({ text })} view={edit.view} show={(view) => change({ view })} faults={faultsIn(error, '/manifest')} />
          </Section>
        )}
      </div>
      <div className="lz-stack">
        <Section title="What you change"><TextDiff before={before} after={after} label="Differences to what is deployed" /></Section>
        <PreviewPanel preview={preview} waiting={waiting} />
        {deploy.error && <ErrorView error={deploy.error} />}
        <div className="lz-row">
          <Button type="submit" appearance="primary" disabled={!ready}>Deploy the change</Button>
          <Button disabled={!ready} onClick={() => send('plan')}>Only plan it</Button>
          <Link to="/projects/$project/environments/$environment" params={{ project: e.project, environment: e.name }}>Leave it as it is</Link>
        </div>
      </div>
    </form>
  )
}

/** Somebody else was faster. What was written here stays until its writer decides. */
function Moved({ keep, again }: { keep: () => void; again: () => void }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody><MessageBarTitle>The environment was changed since you began</MessageBarTitle>What you wrote is still here, and would be refused as it is.</MessageBarBody>
      <MessageBarActions><Button onClick={again}>Begin with what is there now</Button><Button onClick={keep}>Go on with mine</Button></MessageBarActions>
    </MessageBar>
  )
}
