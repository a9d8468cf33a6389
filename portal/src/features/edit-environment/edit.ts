import { read, write } from '@/features/manifest/text'
import type { ManifestView } from '@/features/manifest/ManifestEditor'
import { withoutDefaults } from '@/features/schema-form/schema'
import { waitingForParameters } from '@/features/create-environment/wish'
import type { Schemas } from '@/shared/api/client'
import type { EditSearch } from './search'

export interface Edit {
  as: 'template' | 'manifest'
  parameters: Record<string, unknown>
  text: string
  view: ManifestView
  /** What the environment was when the change was begun: another one is not overwritten. */
  etag: string
  /** What is deployed, as text, for each way to write it. */
  before: { parameters: string; manifest: string }
}

const parametersText = (parameters: Record<string, unknown>) => write(parameters as Schemas['Manifest'])

/** Begins with what is deployed. */
export function begin(environment: Schemas['Environment'], deployment: Schemas['Deployment'], search: EditSearch): Edit {
  const parameters = deployment.parameters ?? environment.parameters ?? {}
  const text = write(deployment.asked ?? deployment.manifest)
  return {
    as: deployment.template && search.as !== 'manifest' ? 'template' : 'manifest', parameters, text, view: search.view ?? 'form', etag: environment.etag,
    before: { parameters: parametersText(parameters), manifest: text },
  }
}

/** What is asked for; undefined while it cannot be said. */
export function specOf(edit: Edit, template: Schemas['Template'] | undefined): Schemas['EnvironmentSpec'] | undefined {
  if (edit.as === 'template') return template && { template: template.name, parameters: withoutDefaults(template.parameters, edit.parameters) }
  const { manifest } = read(edit.text)
  return manifest && { manifest }
}

export function waitingFor(edit: Edit, template: Schemas['Template'] | undefined): { title: string; text: string } | undefined {
  if (edit.as === 'template') return template && waitingForParameters(template, edit.parameters)
  const { fault } = read(edit.text)
  return fault && { title: `Mend line ${fault.line} of the manifest`, text: 'Then it is told here what would change and what it costs.' }
}

/** Before and after as texts. Defaults of the template are no difference. */
export function textsOf(edit: Edit, template: Schemas['Template'] | undefined): { before: string; after: string } {
  if (edit.as === 'manifest') return { before: edit.before.manifest, after: edit.text }
  return { before: edit.before.parameters, after: parametersText(template ? withoutDefaults(template.parameters, edit.parameters) : edit.parameters) }
}
