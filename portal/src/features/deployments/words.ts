import type { Schemas } from '@/shared/api/client'

type Deployment = Schemas['Deployment']

const modes: Record<Deployment['mode'], string> = { deploy: 'Deployed', plan: 'Planned', destroy: 'Destroyed' }

/** What was done, in a word. */
export function deploymentTitle({ mode, power }: Pick<Deployment, 'mode' | 'power'>): string {
  return power === 'off' ? 'Hibernated' : power === 'on' ? 'Woken' : modes[mode]
}

/** What was deployed: a template in its version, or a manifest. */
export const whatOf = ({ template, templateVersion }: Pick<Deployment, 'template' | 'templateVersion'>) => (template ? `${template}${templateVersion ? `@${templateVersion}` : ''}` : 'a manifest')
