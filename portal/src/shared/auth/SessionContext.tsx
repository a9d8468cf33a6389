import { createContext, useContext } from 'react'

/** What the page's frame needs to know of the sign-in. */
export interface SignedIn {
  name: string
  username: string
  signOut: () => void
}

export const SessionContext = createContext<SignedIn>({ name: '', username: '', signOut: () => {} })

export const useSession = () => useContext(SessionContext)
