import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { deploymentQuery } from '@/features/deployments/api/get-deployment'
import { EnvironmentStatus } from '@/features/environments/EnvironmentStatus'
import type { Schemas } from '@/shared/api/client'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Loading } from '@/shared/ui/Loading'
import { rowsOf, type Place } from './beside'

type Environment = Schemas['Environment']

/** Environments as columns, what they have as rows; the first is the source. */
export function SideBySide({ environments }: { environments: Environment[] }) {
  const deployed = useQueries({
    queries: environments.map((e) => ({ ...deploymentQuery(e.project, e.name, e.deployment ?? ''), enabled: !!e.deployment })),
  })
  const failed = deployed.find((d) => d.error)
  if (failed) return <ErrorView error={failed.error} retry={() => void failed.refetch()} />
  if (deployed.some((d) => d.isLoading)) return <Loading rows={6} />
  const places = environments.map((environment, n): Place => ({ environment, deployment: deployed[n]?.data }))
  return (
    <div className="lz-table-wrap" role="region" aria-label="Side by side" tabIndex={0}>
      <table className="lz-table lz-wrapping">
        <thead>
          <tr>
            <td />
            {environments.map((e, n) => (
              <th key={e.name} scope="col">
                <div><Link to="/projects/$project/environments/$environment" params={{ project: e.project, environment: e.name }}>{e.name}</Link></div>
                {n < 2 && <div>{n === 0 ? 'from here' : 'to here'}</div>}
                <EnvironmentStatus state={e.state} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(places).map((row) => (
            <tr key={row.title}>
              <th scope="row">{row.title}</th>
              {row.cells.map(({ text, differs }, n) => <td key={environments[n]?.name}>{text}{differs.length > 0 && <span className="lz-differs">≠ {differs.slice(0, 3).join(', ')}{differs.length > 3 && ` and ${differs.length - 3} more`}</span>}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
