// Apart from the page, so that the route that checks an address does not load it.
export interface EditSearch {
  as?: 'manifest' | undefined
  view?: 'yaml' | undefined
}

export const checkedSearch = ({ as, view }: Record<string, unknown>): EditSearch => ({ as: as === 'manifest' ? 'manifest' : undefined, view: view === 'yaml' ? 'yaml' : undefined })
