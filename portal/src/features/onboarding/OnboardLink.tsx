import { Link } from '@tanstack/react-router'
import { useMayOnboard } from './useMayOnboard'

/** The way to a new project, for who may make one. */
export function OnboardLink({ children = 'New project' }: { children?: string }) {
  return useMayOnboard().may ? <Link className="lz-button" to="/onboard">{children}</Link> : null
}
