import { Button } from '@fluentui/react-components'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ComponentType } from 'react'
import { ErrorView } from '@/shared/ui/ErrorView'
import { Section } from '@/shared/ui/Page'
import { useCreateProject } from './api/create-project'
import type { StepProps } from './CheckedField'
import { specOf } from './draft'
import { ReviewStep } from './ReviewStep'
import { stepNames, stepTitles, type StepName } from './steps'
import { EnvironmentsStep } from './steps/EnvironmentsStep'
import { LimitsStep } from './steps/LimitsStep'
import { PeopleStep } from './steps/PeopleStep'
import { ProjectStep } from './steps/ProjectStep'
import { useDraft } from './store'
import { useVerdict } from './useVerdict'
import { VerdictPanel } from './VerdictPanel'

const forms: Record<Exclude<StepName, 'review'>, ComponentType<StepProps>> = { project: ProjectStep, people: PeopleStep, limits: LimitsStep, environments: EnvironmentsStep }

/** A team, its people, what they may use and what they start with: typed page by page, and made all at once. */
export function Wizard({ step }: { step: StepName }) {
  const [draft, change] = useDraft()
  const [tried, setTried] = useState<ReadonlySet<StepName>>(new Set())
  const verdict = useVerdict(draft)
  const create = useCreateProject()
  const navigate = useNavigate()
  const form = useRef<HTMLFormElement>(null)
  const heading = useHeadingFocus(step)
  const strict = tried.has(step) || tried.has('review')
  const here = verdict.wrong.filter((w) => w.step === step)
  const next = stepNames[stepNames.indexOf(step) + 1]
  const before = stepNames[stepNames.indexOf(step) - 1]
  const go = (to: StepName) => void navigate({ to: '/onboard', search: { step: to } })
  const refused = !!verdict.error || !!verdict.preview?.refusal || !!verdict.preview?.environments.some((e) => e.refusal)
  const submit = () => {
    setTried(new Set([...tried, step]))
    if (step !== 'review') {
      if (here.length === 0 && next) go(next)
      else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      return
    }
    if (verdict.wrong.length > 0 || refused) return
    create.mutate({ project: draft.project, spec: specOf(draft) }, {
      onSuccess: () => {
        change({ forget: true })
        void navigate({ to: '/onboard/$project', params: { project: draft.project } })
      },
    })
  }
  const Form = step === 'review' ? undefined : forms[step]
  return (
    <>
      <Steps at={step} wrong={(s) => verdict.wrong.some((w) => w.step === s && (!w.missing || tried.has(s) || tried.has('review')))} />
      <form ref={form} className="lz-columns" onSubmit={(e) => { e.preventDefault(); submit() }} noValidate>
        <div className="lz-stack">
          <h2 ref={heading} tabIndex={-1}>{stepTitles[step]}</h2>
          {Form ? <Form draft={draft} change={change} wrong={verdict.wrong} strict={strict} /> : <ReviewStep draft={draft} preview={verdict.preview} wrong={verdict.wrong} />}
          {create.error && <ErrorView error={create.error} />}
          <div className="lz-row">
            {before && <Button onClick={() => go(before)}>Back</Button>}
            <Button type="submit" appearance="primary" disabled={step === 'review' && (create.isPending || verdict.wrong.length > 0 || refused || !verdict.settled)}>{step === 'review' ? `Create ${draft.title || 'the project'}` : `Next: ${next ? stepTitles[next] : ''}`}</Button>
            <Button className="lz-push" appearance="subtle" onClick={() => { change({ forget: true }); setTried(new Set()); go('project') }}>Start anew</Button>
          </div>
        </div>
        <Section title="What it does and costs"><div aria-live="polite"><VerdictPanel verdict={verdict} /></div></Section>
      </form>
    </>
  )
}

function Steps({ at, wrong }: { at: StepName; wrong: (step: StepName) => boolean }) {
  return (
    <nav aria-label="Steps" className="lz-wizard">
      <ol>
        {stepNames.map((s, n) => (
          <li key={s}>
            <Link to="/onboard" search={{ step: s }} aria-current={s === at ? 'step' : undefined} activeProps={{}}>
              <span aria-hidden="true" className="lz-wizard-number">{wrong(s) ? '!' : n + 1}</span>{stepTitles[s]}{wrong(s) && <span className="lz-visually-hidden">, needs attention</span>}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** Each step begins at its heading, for who hears the page or has no mouse; the page as it comes does not. */
function useHeadingFocus(step: StepName) {
  const heading = useRef<HTMLHeadingElement>(null)
  const last = useRef(step)
  useEffect(() => {
    if (last.current !== step) heading.current?.focus()
    last.current = step
  }, [step])
  return heading
}
