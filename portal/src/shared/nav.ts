import { useRouter, type StaticDataRouteOption } from '@tanstack/react-router'
import { useMemo } from 'react'

interface PageRoute {
  fullPath: string
  options: { staticData?: StaticDataRouteOption }
}

const addressOf = (fullPath: string) => (fullPath === '/' ? '/' : fullPath.replace(/\/$/, ''))

/** The pages that want to be in the navigation, in the order in which they want to be there. */
export function useNavPages() {
  const { routesById } = useRouter()
  return useMemo(() => {
    const routes = Object.values(routesById) as unknown as PageRoute[]
    return routes.flatMap(({ fullPath, options }) => (options.staticData?.nav ? [{ ...options.staticData.nav, to: addressOf(fullPath) }] : [])).sort((a, b) => a.order - b.order)
  }, [routesById])
}

/** The pages that are found by their names and are not in the navigation; those of a project, when one is known. */
export function useNamedPages(project: string | undefined) {
  const { routesById } = useRouter()
  return useMemo(() => {
    const routes = Object.values(routesById) as unknown as PageRoute[]
    return routes.flatMap(({ fullPath, options }) => {
      const { named } = options.staticData ?? {}
      if (!named || (fullPath.includes('$') && !project)) return []
      return [{ to: addressOf(fullPath).replace('$project', project ?? ''), title: fullPath.includes('$') ? `${named.title} ${project}` : named.title, keywords: named.keywords ?? '' }]
    })
  }, [routesById, project])
}
