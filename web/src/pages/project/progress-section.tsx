import { useEffect, useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Tile } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './progress-section.module.css';
import { useProject } from './use-project.ts';

type Step = AnswerOf<'listProjectEvents'>[number];

const WATCHING_MS = 500;

const WORKFLOW_NAMES: Readonly<Record<string, string>> = {
  provision: 'Creating the project',
  pause: 'Pausing the project',
  resume: 'Restoring the project',
  recover: 'Putting the database back',
  redeploy: 'Bringing up new services',
  remove: 'Deleting the project',
};

const TONES = { running: 'moving', done: 'good', failed: 'bad' } as const;
const SAID = { running: 'under way', done: 'done', failed: 'failed' } as const;

/** The steps of the workflow that is at work, or was last, as they happen. */
export function ProgressSection() {
  const { ref, in_transition } = useProject();
  const events = useAnswer(
    'listProjectEvents',
    { params: { ref } },
    { every: () => (in_transition ? WATCHING_MS : false) },
  );
  const { refetch } = events;
  // The last steps end with the transition: what was asked for before may not have them.
  useEffect(() => {
    if (!in_transition) void refetch({ cancelRefetch: false });
  }, [in_transition, refetch]);
  const last = events.data?.reduce((a, b) => (b.started_at >= a.started_at ? b : a), events.data[0] ?? NONE);
  const steps = (events.data ?? []).filter(({ execution }) => execution === last?.execution);
  const workflow = last?.workflow ?? '';
  return (
    <Section
      title={WORKFLOW_NAMES[workflow] ?? 'Progress'}
      about={
        last?.execution === ''
          ? undefined
          : last && (
              <>
                Begun <Time at={firstOf(steps)} exact />
              </>
            )
      }
    >
      <Loaded query={events}>
        {() => (
          <ol className={styles['steps']} aria-live="polite" aria-relevant="additions text">
            {steps.map((step) => (
              <StepRow key={`${step.position} ${step.step}`} step={step} />
            ))}
            {steps.length === 0 && <li className={styles['step']}>The first step is about to begin.</li>}
          </ol>
        )}
      </Loaded>
    </Section>
  );
}

const NONE: Step = {
  execution: '',
  workflow: '',
  position: 0,
  step: '',
  title: '',
  status: 'running',
  started_at: '',
  ended_at: null,
  message: null,
};

const firstOf = (steps: readonly Step[]) => steps.map(({ started_at }) => started_at).toSorted()[0] ?? '';

function StepRow({ step }: { readonly step: Step }) {
  const { title, status, started_at, ended_at, message } = step;
  return (
    <li className={styles['step']} data-status={status}>
      <Tile tone={TONES[status]} />
      <span className={styles['title']}>
        {title}
        <span className={styles['said']}>, {SAID[status]}</span>
        {message !== null && <span className={styles['message']}>{message}</span>}
      </span>
      <span className={styles['took']}>
        {ended_at === null ? <Running since={started_at} /> : inSeconds(started_at, new Date(ended_at))}
      </span>
    </li>
  );
}

const inSeconds = (from: string, to: Date) =>
  `${((to.getTime() - new Date(from).getTime()) / 1000).toFixed(1)} s`;

/** A step's time as it passes. */
function Running({ since }: { readonly since: string }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span aria-hidden="true">{inSeconds(since, now)}</span>;
}
