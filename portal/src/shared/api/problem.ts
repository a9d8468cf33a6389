import type { components } from './schema.gen'

export type Problem = components['schemas']['Problem']

/** A refusal of the API, with everything that it said. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

export function problemOf(error: unknown): Problem | undefined {
  return error instanceof ProblemError ? error.problem : undefined
}

export function isNotFound(error: unknown): boolean {
  return problemOf(error)?.status === 404
}

/** Whether the same request may well succeed a moment later. */
export function isPassing(error: unknown): boolean {
  const problem = problemOf(error)
  return problem ? problem.status >= 500 || problem.status === 429 : !(error instanceof DOMException && error.name === 'AbortError')
}
