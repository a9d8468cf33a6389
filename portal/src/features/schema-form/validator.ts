import type { RJSFSchema, ValidatorType } from '@rjsf/utils'
import { isValid } from './validate'
import type { JsonSchema } from './schema'

/** What the form library asks to know which conditions hold. Faults are told by faultsOf, beside it. */
export const validator: ValidatorType = {
  isValid: (schema: RJSFSchema, data: unknown, root: RJSFSchema) => isValid('$ref' in schema && root.$defs ? { ...schema, $defs: root.$defs } as JsonSchema : (schema as JsonSchema), data),
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({}),
}
