import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Tile } from '../../ui/status.tsx';
import { Awake } from '../project/awake.tsx';
import { useProject } from '../project/use-project.ts';
import styles from './advisors-page.module.css';

type Lint = AnswerOf<'getSecurityAdvice'>['lints'][number];

const LEVELS = {
  ERROR: { tone: 'bad', label: 'Error' },
  WARN: { tone: 'warn', label: 'Warning' },
  INFO: { tone: 'still', label: 'Suggestion' },
} as const;

const KINDS = [
  {
    title: 'Security',
    operation: 'getSecurityAdvice',
    good: 'Nothing that is known to make a database insecure was found.',
  },
  {
    title: 'Performance',
    operation: 'getPerformanceAdvice',
    good: 'Nothing that is known to make a database slow was found.',
  },
] as const;

export function AdvisorsPage() {
  return (
    <Page
      title="Advisors"
      of={useProject().name}
      about="What in the database is known to be insecure or slow, and what to do about it."
    >
      <Awake>
        {KINDS.map((kind) => (
          <Advice key={kind.title} {...kind} />
        ))}
      </Awake>
    </Page>
  );
}

function Advice({ title, operation, good }: (typeof KINDS)[number]) {
  const { ref } = useProject();
  const advice = useAnswer(operation, { params: { ref } });
  return (
    <Section
      title={title}
      actions={
        <Button busy={advice.isFetching} onClick={() => void advice.refetch()}>
          Look again
        </Button>
      }
    >
      <Loaded query={advice} lines={3}>
        {({ lints }) => (lints.length === 0 ? <Empty title={good} /> : <Lints lints={lints} />)}
      </Loaded>
    </Section>
  );
}

/** The names of what is in the database stand between marks, as in Supabase's words. */
function WithCode({ text }: { readonly text: string }) {
  const parts = text.replaceAll('\\`', '`').split('`');
  return parts.map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part));
}

const SEVERITY = Object.keys(LEVELS);

function Lints({ lints }: { readonly lints: readonly Lint[] }) {
  const sorted = lints.toSorted((a, b) => SEVERITY.indexOf(a.level) - SEVERITY.indexOf(b.level));
  return (
    <ul className={styles['lints']}>
      {sorted.map(({ cache_key, level, title, detail, description, remediation }) => (
        <li key={cache_key}>
          <details className={styles['lint']}>
            <summary>
              <Tile tone={LEVELS[level].tone} />
              <span className={styles['words']}>
                <span className={styles['title']}>{title}</span>
                <span className={styles['detail']}>
                  <WithCode text={detail} />
                </span>
              </span>
              <span className={styles['level']}>{LEVELS[level].label}</span>
            </summary>
            <div className={styles['more']}>
              <p>{description}</p>
              <p>
                <a href={remediation} target="_blank" rel="noreferrer">
                  What to do about it
                </a>
              </p>
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}
