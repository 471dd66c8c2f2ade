import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Tile } from '../../ui/status.tsx';
import styles from './home-page.module.css';
import { useProject } from './use-project.ts';

const EVERY_MS = 10_000;

type Health = AnswerOf<'getProjectHealth'>[number];

const NAMES: Readonly<Partial<Record<Health['name'], string>>> = {
  db: 'Postgres',
  rest: 'REST',
  auth: 'Auth',
  storage: 'Storage',
  realtime: 'Realtime',
};

const SEEN = {
  ACTIVE_HEALTHY: { tone: 'good', words: 'Healthy' },
  COMING_UP: { tone: 'moving', words: 'Coming up' },
  UNHEALTHY: { tone: 'bad', words: 'Does not answer' },
} as const;

export function HealthSection() {
  const { ref } = useProject();
  const health = useAnswer('getProjectHealth', { params: { ref } }, { every: EVERY_MS });
  return (
    <Section title="Services">
      <Loaded query={health} lines={1}>
        {(services) => (
          <ul className={styles['services']}>
            {services.map(({ name, status, error }) => (
              <li key={name}>
                <Tile tone={SEEN[status].tone} />
                <span className={styles['words']}>
                  <span>{NAMES[name] ?? name}</span>
                  <span>{error ?? SEEN[status].words}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}
