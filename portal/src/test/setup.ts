import { cleanup, configure } from '@testing-library/react'
import { afterEach, beforeEach } from 'vitest'

// jsdom has no layout and no media queries; Fluent and the theme ask for both.
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.matchMedia ??= ((query: string) => ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} })) as unknown as typeof matchMedia
Element.prototype.scrollIntoView ??= () => {}
window.scrollTo = () => {}

// The machine may be busy with everything else that is tested.
configure({ asyncUtilTimeout: 20_000 })

beforeEach(() => localStorage.clear())
afterEach(cleanup)
