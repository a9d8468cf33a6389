import { Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useDeployment } from '@/features/deployments/api/get-deployment'
import { useDeleteEnvironment } from '@/features/environments/api/delete-environment'
import { useOpenOperation } from '@/features/operations/useOpenOperation'
import { useScopeValues } from '@/features/values/scope'
import type { Schemas } from '@/shared/api/client'
import { exactTime } from '@/shared/time/words'
import { FormDialog } from '@/shared/ui/FormDialog'
import { goingOf, type Going } from './going'

/** Says exactly what will go and what stays, and asks for the name. */
export function DeleteDialog({ environment: e, close }: { environment: Schemas['Environment']; close: () => void }) {
  const [typed, setTyped] = useState('')
  const deployment = useDeployment(e.project, e.name, e.deployment).data
  const values = useScopeValues({ project: e.project, environment: e.name }).data
  const remove = useDeleteEnvironment(e.project, e.name)
  const navigate = useNavigate()
  const open = useOpenOperation()
  const name = `${e.project}/${e.name}`
  const submit = () =>
    remove.mutate(e.etag, { onSuccess: (operation) => { close(); if (operation) open(operation); else void navigate({ to: '/projects/$project', params: { project: e.project } }) } })
  return (
    <FormDialog title={`Delete ${name}?`} close={close} submit="Delete everything" leave="Keep it" danger onSubmit={submit} disabled={typed !== name || remove.isPending} error={remove.error}>
      {e.protection && <MessageBar intent="warning" layout="multiline"><MessageBarBody>{e.protection.by} protected it on {exactTime(new Date(e.protection.at))}: “{e.protection.reason}”. Take that away first.</MessageBarBody></MessageBar>}
      <p>It cannot be undone.</p>
      <WhatGoes going={goingOf(e, deployment, values)} name={name} remaining={e.failure?.remaining} />
      <Field label={`Type ${name} to confirm`}><Input value={typed} onChange={(_, d) => setTyped(d.value)} autoComplete="off" /></Field>
    </FormDialog>
  )
}

function WhatGoes({ going, name, remaining = [] }: { going: Going; name: string; remaining?: string[] | undefined }) {
  const { parts, addresses, ownValues, ownSecrets } = going
  return (
    <>
      <h3 id="what-goes">What goes</h3>
      <ul className="lz-going" aria-labelledby="what-goes">
        {remaining.map((r) => <li key={r}><code>{r}</code> <span className="lz-muted">left by the deletion before</span></li>)}
        {parts.map((p) => <li key={p.alias}><strong>{p.alias}</strong> <span className="lz-muted">{p.type}{p.definition && `, built by ${p.definition}`}</span></li>)}
        {parts.length > 0 && <li>All data in {parts.length === 1 ? 'it' : 'them'}</li>}
        {addresses.map((a) => <li key={a}><code>{a}</code> <span className="lz-muted">answers no more</span></li>)}
        {parts.length + remaining.length === 0 && <li>The environment itself; nothing is deployed in it</li>}
      </ul>
      <h3 id="what-stays">What stays</h3>
      <ul className="lz-going" aria-labelledby="what-stays">
        {ownValues > 0 && <li>{ownValues === 1 ? 'The value' : `${ownValues} values`} set for {name}{ownSecrets > 0 && `, ${ownSecrets} of them secret`}: an environment of this name made again has {ownValues === 1 ? 'it' : 'them'}</li>}
        <li>The values of the project, and its other environments</li>
        <li>The history: deployments, operations with their logs, the audit log</li>
      </ul>
    </>
  )
}
