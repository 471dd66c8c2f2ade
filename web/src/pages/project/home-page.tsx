import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { ActionButton } from './action-button.tsx';
import { AddressSection } from './address-section.tsx';
import { ChartsSection } from './charts-section.tsx';
import { HealthSection } from './health-section.tsx';
import styles from './home-page.module.css';
import { KeysSection } from './keys-section.tsx';
import { ProgressSection } from './progress-section.tsx';
import { SizeSection } from './size-section.tsx';
import { SnippetsSection } from './snippets-section.tsx';
import { type ProjectOverview, useMay, useProject } from './use-project.ts';

/** Nothing of such a project is there to be shown yet. */
const UNBUILT: readonly ProjectOverview['status'][] = ['COMING_UP', 'INIT_FAILED', 'GOING_DOWN', 'REMOVED'];

export function HomePage() {
  const project = useProject();
  const { name, status, status_meaning, failure, in_transition, region, template, size } = project;
  const mayReadKeys = useMay('api_gateway_keys_read');
  const mayReadUsage = useMay('analytics_usage_read');
  const built = !UNBUILT.includes(status);
  return (
    <Page
      title={name}
      about={
        <span className={styles['facts']}>
          <Status of={project} />
          <span>{region}</span>
          <span>{template}</span>
          <span>{size}</span>
        </span>
      }
      actions={
        <>
          <ActionButton action="retry" onlyIfAllowed tone="primary" />
          <ActionButton action="restore" onlyIfAllowed tone="primary" />
          <ActionButton action="restart" onlyIfAllowed />
          <ActionButton action="pause" onlyIfAllowed />
        </>
      }
    >
      {failure !== null && (
        <Notice tone="bad" title={project.status_label}>
          <p>{failure}</p>
        </Notice>
      )}
      {status === 'INACTIVE' && (
        <Notice title="Paused">{status_meaning} Its next request wakes it too.</Notice>
      )}
      {(in_transition || failure !== null) && <ProgressSection />}
      {built && (
        <>
          <AddressSection />
          {status !== 'INACTIVE' && <HealthSection />}
          {mayReadKeys && <KeysSection />}
          {mayReadKeys && <SnippetsSection />}
          <ChartsSection />
          {mayReadUsage && <SizeSection />}
        </>
      )}
    </Page>
  );
}
