import { useSyncExternalStore } from 'react'

function watch(changed: () => void) {
  addEventListener('online', changed)
  addEventListener('offline', changed)
  return () => {
    removeEventListener('online', changed)
    removeEventListener('offline', changed)
  }
}

/** Says that there is no network, and what that means. */
export function Offline() {
  const online = useSyncExternalStore(watch, () => navigator.onLine)
  return <p role="status" className="lz-offline">{online ? '' : 'You are offline. What you see is as it was, and is brought up to date when the network is back.'}</p>
}
