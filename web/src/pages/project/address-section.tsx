import { useAnswer } from '../../api/hooks.ts';
import { CopyValue } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import styles from './home-page.module.css';
import { useProject } from './use-project.ts';

/** Where the project is reached. */
export function AddressSection() {
  const { ref, endpoint } = useProject();
  const poolers = useAnswer('getPoolerConfig', { params: { ref } });
  return (
    <Section title="Address">
      <dl className={styles['list']}>
        <div>
          <dt>Project URL</dt>
          <dd>
            <CopyValue label="project URL" value={endpoint} />
          </dd>
        </div>
        <div>
          <dt>Project ref</dt>
          <dd>
            <CopyValue label="project ref" value={ref} />
          </dd>
        </div>
        <div>
          <dt>Postgres</dt>
          <dd>
            <Loaded query={poolers} lines={1}>
              {([first]) =>
                first === undefined ? (
                  <span className={styles['note']}>
                    No port is open for Postgres. Start the cloud with BASEPLANE_PG_PORT to open one.
                  </span>
                ) : (
                  <CopyValue label="connection string" value={first.connection_string} />
                )
              }
            </Loaded>
          </dd>
        </div>
      </dl>
    </Section>
  );
}
