import { useQueryClient } from '@tanstack/react-query'

/** Asks anew for what changed in a project: its own pages, the list of all environments, and home. */
export function useRefresh(project: string) {
  const queries = useQueryClient()
  return () => Promise.all([['projects', project], ['environments'], ['home']].map((queryKey) => queries.invalidateQueries({ queryKey })))
}
