import { useAnswer } from '../../api/hooks.ts';
import { useApp } from '../../app.ts';
import { Snippet } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useKeys } from './keys-section.tsx';
import { SNIPPETS } from './snippets.ts';
import { useProject } from './use-project.ts';

export function SnippetsSection() {
  const { ref, endpoint } = useProject();
  const { installation } = useApp();
  const poolers = useAnswer('getPoolerConfig', { params: { ref } });
  return (
    <Section title="Connect">
      <Loaded query={useKeys()}>
        {(keys) => {
          const facts = {
            ref,
            endpoint,
            key: keys.find(({ type }) => type === 'publishable')?.api_key ?? '',
            apiUrl: installation.api_url,
            dashboardUrl: window.location.origin,
            connection: poolers.data?.[0]?.connection_string,
          };
          return (
            <Tabs
              label="How to connect"
              tabs={SNIPPETS.map(({ label, code }) => ({
                label,
                content: <Snippet label={`${label} code`} code={code(facts)} />,
              }))}
            />
          );
        }}
      </Loaded>
    </Section>
  );
}
