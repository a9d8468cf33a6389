import { useRouter, type StaticDataRouteOption } from '@tanstack/react-router'
import { useMemo } from 'react'

interface NavRoute {
  fullPath: string
  options: { staticData?: StaticDataRouteOption }
}

/** The pages that want to be in the navigation, in the order in which they want to be there. */
export function useNavPages() {
  const router = useRouter()
  return useMemo(() => {
    const routes = Object.values(router.routesById) as unknown as NavRoute[]
    return routes
      .flatMap(({ fullPath, options }) => (options.staticData?.nav ? [{ ...options.staticData.nav, to: fullPath === '/' ? '/' : fullPath.replace(/\/$/, '') }] : []))
      .sort((a, b) => a.order - b.order)
  }, [router])
}

/** Whether this portal has a page at an address. */
export function useHasPage(path: string): boolean {
  const { routesByPath } = useRouter()
  return path in routesByPath || `${path}/` in routesByPath
}
