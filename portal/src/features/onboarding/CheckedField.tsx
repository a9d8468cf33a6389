import { Field, type FieldProps } from '@fluentui/react-components'
import type { Draft, DraftChange } from './draft'
import type { Wrong } from './checks'

/** What every page of the wizard is given. */
export interface StepProps {
  draft: Draft
  change: (change: DraftChange) => void
  wrong: Wrong[]
  /** Whether to complain about what was not typed yet. */
  strict: boolean
}

interface CheckedFieldProps extends FieldProps {
  pointer: string
  wrong: Wrong[]
  strict: boolean
}

/** A field that says what is wrong with it as one types. */
export function CheckedField({ pointer, wrong, strict, ...field }: CheckedFieldProps) {
  const found = wrong.find((w) => w.pointer === pointer && (strict || !w.missing))
  return <Field {...field} {...(found ? { validationState: 'error', validationMessage: found.detail } : {})} />
}
