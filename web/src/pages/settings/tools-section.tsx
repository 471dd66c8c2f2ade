import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

type Tools = AnswerOf<'getTools'>;

const WORDS: Readonly<Record<Tools['state'], string>> = {
  off: 'They do not run.',
  starting: 'They are being started, with a new stack of the project.',
  running: 'They run.',
  stopping: 'They are being stopped, with a new stack of the project.',
  paused: 'They come back when the project does.',
  failed: 'They did not come up, and the project runs on without them. Its events say why.',
};

const isMoving = (tools: Tools | undefined) => tools?.state === 'starting' || tools?.state === 'stopping';

/** For templates that have tools where this cloud runs. */
export function ToolsSection() {
  const { template } = useProject();
  const offered = useAnswer('listTemplates', {}).data?.find(({ name }) => name === template)?.tools;
  return offered ? <Offered cents={offered.monthly_cost} /> : null;
}

function Offered({ cents }: { readonly cents: number }) {
  const { ref } = useProject();
  const about = `Supabase Studio and a searchable log, beside the project: about $${(cents / 100).toFixed(2)} a month.`;
  const tools = useAnswer('getTools', { params: { ref } }, { every: (known) => isMoving(known) && 5000 });
  return (
    <Section title="Tools" about={about}>
      <Loaded query={tools} lines={1}>
        {(known) => <Known tools={known} />}
      </Loaded>
    </Section>
  );
}

function Known({ tools: { enabled, state, address } }: { readonly tools: Tools }) {
  const { ref } = useProject();
  const mayWrite = useMay('project_admin_write');
  const change = useAction('updateTools');
  const again = state === 'failed';
  const ask = (wanted: boolean) => change.mutate({ params: { ref }, body: { enabled: wanted } });
  return (
    <>
      <p className={styles['fact']}>
        {WORDS[state]}
        {address !== null && (
          <>
            {' '}
            Studio is at <a href={address}>{address}</a>, for the user postgres with the database’s password.
          </>
        )}
      </p>
      <div className={styles['row']}>
        {again && (
          <Button disabled={!mayWrite} busy={change.isPending} onClick={() => ask(true)}>
            Try again
          </Button>
        )}
        <Button disabled={!mayWrite} busy={change.isPending} onClick={() => ask(!enabled)}>
          {enabled ? 'Stop the tools' : 'Start the tools'}
        </Button>
      </div>
    </>
  );
}
