import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Goes to the operation that a request has started. */
export function useOpenOperation(): (operation: { id: string }) => void {
  const navigate = useNavigate()
  return useCallback(({ id }) => void navigate({ to: '/operations/$operation', params: { operation: id } }), [navigate])
}
