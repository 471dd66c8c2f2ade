import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { ActionButton } from '../project/action-button.tsx';
import { ProgressSection } from '../project/progress-section.tsx';
import { useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

/** How soon it is asked for again when the project is of another version since. */
const WATCHING_MS = 500;

/** What the project is made of, and how it comes to the newest version of that. */
export function TemplateSection() {
  const { template, template_version: version, status, failure } = useProject();
  return (
    <>
      <Section title="Template" about={`${template}, version ${version}.`}>
        <Versions />
      </Section>
      {(status === 'UPGRADING' || failure !== null) && <ProgressSection />}
    </>
  );
}

function Versions() {
  const { ref, template_version: version } = useProject();
  const every = (known?: AnswerOf<'getProjectTemplate'>) => known?.version !== version && WATCHING_MS;
  const known = useAnswer('getProjectTemplate', { params: { ref } }, { every });
  return (
    <Loaded query={known} lines={1}>
      {({ changes, newest_version: newest, because }) =>
        changes.length === 0 ? (
          <p className={styles['fact']}>{because}</p>
        ) : (
          <>
            <p className={styles['fact']}>
              Version {newest} is there. An upgrade brings the database to it, then starts its services beside
              those that serve. They take over when they are healthy; if they do not become so, the project
              stays as it is. A restart does the same.
            </p>
            <ul className={styles['fact']}>
              {changes.map(({ version, change }) => (
                <li key={version}>
                  {version}: {change}
                </li>
              ))}
            </ul>
            <div className={styles['row']}>
              <ActionButton action="upgrade" tone="primary" />
            </div>
          </>
        )
      }
    </Loaded>
  );
}
