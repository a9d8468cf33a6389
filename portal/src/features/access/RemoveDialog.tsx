import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, DialogTrigger } from '@fluentui/react-components'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { useNotify } from '@/shared/ui/Toasts'
import { useDeleteAssignment } from './api/delete-assignment'
import { scopeWords } from './scope'

/** Asks before a role is taken away, and says what that means. */
export function RemoveDialog({ assignment: a, close }: { assignment: Schemas['Assignment']; close: () => void }) {
  const remove = useDeleteAssignment()
  const notify = useNotify()
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{`Take ${a.role} from ${a.id}?`}</DialogTitle>
          <DialogContent className="lz-stack">
            <p>{`The ${a.kind} ${a.id} loses ${a.role} at ${scopeWords(a.scope)} with the next request. What other roles allow stays.`}</p>
            {remove.error && <ErrorView error={remove.error} />}
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement><Button>Leave it</Button></DialogTrigger>
            <Button appearance="primary" className="lz-danger" disabled={remove.isPending} onClick={() => remove.mutate(a.assignment, { onSuccess: () => { notify.done(`${a.id} no longer holds ${a.role}`); close() } })}>Take away</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
