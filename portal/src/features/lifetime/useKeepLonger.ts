import { useExtendEnvironment } from '@/features/environments/api/extend-environment'
import type { Schemas } from '@/shared/api/client'
import { useNotify } from '@/shared/ui/Toasts'

/** Lets an environment live three days longer at a press: where there is no room for the question how long. */
export function useKeepLonger({ project, name }: Schemas['Environment']) {
  const extend = useExtendEnvironment(project, name)
  const notify = useNotify()
  const keep = () => extend.mutate({ by: 'PT72H' }, { onSuccess: () => notify.done(`${project}/${name} stays three days longer`), onError: notify.refused })
  return { keep, pending: extend.isPending }
}
