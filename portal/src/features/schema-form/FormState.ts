import { createContext, useContext } from 'react'
import { pointerOf } from './pointer'
import type { Fault } from './validate'

interface FormState {
  /** Those that a person is to see now. */
  faults: Fault[]
  touch: (pointer: string) => void
}

export const FormStateContext = createContext<FormState>({ faults: [], touch: () => {} })

/** Where in the form a part stands. */
export const PathContext = createContext<readonly (string | number)[]>([])

/** What is wrong with the value that this part of the form is for. */
export function useFault(): string | undefined {
  const pointer = pointerOf(useContext(PathContext))
  return useContext(FormStateContext).faults.find((f) => f.pointer === pointer)?.text
}
