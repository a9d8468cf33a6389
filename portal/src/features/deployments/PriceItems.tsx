import type { Schemas } from '@/shared/api/client'

/** What a price is the sum of, and what it leaves out. */
export function PriceItems({ price }: { price: Schemas['Price'] }) {
  return (
    <div className="lz-table-wrap" role="region" aria-label="Price by resource" tabIndex={0}>
      <table className="lz-table">
        <thead><tr><th scope="col">Resource</th><th scope="col">Meter</th><th scope="col">{price.currency} a month</th></tr></thead>
        <tbody>
          {price.items.map((i) => <tr key={`${i.alias} ${i.meter}`}><td>{i.alias}</td><td>{i.meter} <span className="lz-muted">{i.quantity}</span></td><td>{i.monthly}</td></tr>)}
          {price.unknown.map((u) => <tr key={`${u.alias} ${u.meter ?? ''}`}><td>{u.alias}</td><td>{u.meter} <span className="lz-muted">{u.reason}</span></td><td>not known</td></tr>)}
        </tbody>
      </table>
    </div>
  )
}
