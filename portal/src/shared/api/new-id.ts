/** An id for a request that changes something: sent twice, it is done once. */
export function newOperationId(): string {
  return crypto.randomUUID()
}
