import type { Schemas } from '@/shared/api/client'
import { FormDialog } from '@/shared/ui/FormDialog'
import { useNotify } from '@/shared/ui/Toasts'
import { useDeleteAssignment } from './api/delete-assignment'
import { scopeWords } from './scope'

/** Asks before a role is taken away, and says what that means. */
export function RemoveDialog({ assignment: a, close }: { assignment: Schemas['Assignment']; close: () => void }) {
  const remove = useDeleteAssignment()
  const notify = useNotify()
  const take = () => remove.mutate(a.assignment, { onSuccess: () => { notify.done(`${a.id} no longer holds ${a.role}`); close() } })
  return (
    <FormDialog title={`Take ${a.role} from ${a.id}?`} close={close} submit="Take away" danger onSubmit={take} disabled={remove.isPending} error={remove.error}>
      <p>{`The ${a.kind} ${a.id} loses ${a.role} at ${scopeWords(a.scope)} with the next request. What other roles allow stays.`}</p>
    </FormDialog>
  )
}
