import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { CheckField } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

/** How soon is seen that it runs again, and that it was used. */
const WATCHING_MS = 3_000;
const AT_REST_MS = 60_000;

type Idle = AnswerOf<'getIdleState'>;

/** Whether the project is paused for want of use. */
export function IdleSection() {
  const { ref } = useProject();
  const mayWrite = useMay('project_admin_write');
  const idle = useAnswer(
    'getIdleState',
    { params: { ref } },
    { every: (state) => (state?.verdict === 'not_running' ? WATCHING_MS : AT_REST_MS) },
  );
  const update = useAction('updateIdleState', { done: 'It is in force.' });
  return (
    <Section title="Pausing" about="A project that nobody uses is paused; its next request wakes it.">
      <Loaded query={idle} lines={1}>
        {(state) => (
          <>
            <p className={styles['fact']}>
              <Outlook idle={state} />
            </p>
            <CheckField
              label="Never pause it for want of use"
              checked={state.exempt}
              disabled={!mayWrite || update.isPending}
              onChange={({ target }) => update.mutate({ params: { ref }, body: { exempt: target.checked } })}
            />
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Outlook({ idle: { exempt, idle_after_seconds: after, pauses_at } }: { readonly idle: Idle }) {
  if (exempt) return 'It runs until somebody pauses it.';
  if (after === null) return 'The plan of its organization pauses no project.';
  if (pauses_at === null) return 'It does not run at the moment.';
  return (
    <>
      Unless it is used before, it is paused <Time at={pauses_at} />.
    </>
  );
}
