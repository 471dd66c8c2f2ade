import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { CopyValue } from '../../ui/copy.tsx';
import { Form, TextArea } from '../../ui/field.tsx';
import { Empty, ErrorNote } from '../../ui/notice.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { LogList } from '../logs/log-list.tsx';
import { logSql } from '../logs/log-query.ts';
import { Awake } from '../project/awake.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { InvokeForm } from './invoke-form.tsx';
import { SourceFile } from './source-file.tsx';
import styles from './functions-page.module.css';

const LOGS_EVERY_MS = 3_000;

export function FunctionPage() {
  const { ref, endpoint, name } = useProject();
  const { slug } = useParams({ from: '/inside/projects/$ref/functions/$slug' });
  const fn = useAnswer('getFunction', { params: { ref, function_slug: slug } });
  return (
    <Page
      title={slug}
      of={name}
      about={
        <>
          <Link to="/projects/$ref/functions" params={{ ref }}>
            Functions
          </Link>
          {fn.data !== undefined && (
            <>
              {' '}
              · version {fn.data.version}, deployed <Time at={new Date(fn.data.updated_at).toISOString()} />
            </>
          )}
        </>
      }
    >
      <CopyValue label="address" value={`${endpoint}/functions/v1/${slug}`} />
      <Awake>
        <Section title="Invoke">
          <InvokeForm slug={slug} />
        </Section>
      </Awake>
      <Source slug={slug} version={fn.data?.version ?? 0} />
      <FunctionLogs slug={slug} />
    </Page>
  );
}

function Source({ slug, version }: { readonly slug: string; readonly version: number }) {
  const { ref } = useProject();
  const body = useAnswer('getFunctionBody', { params: { ref, function_slug: slug } });
  return (
    <Section title="Source">
      <Loaded query={body}>
        {({ metadata, file }) => {
          const [only] = file;
          if (file.length !== 1 || only === undefined) {
            return (
              <Empty title={`${file.length} files`}>
                It begins at {metadata.entrypoint_path}. Deploy a function of more than one file with the CLI.
              </Empty>
            );
          }
          return <SourceForm key={version} slug={slug} given={textOf(only.content)} />;
        }}
      </Loaded>
    </Section>
  );
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

function SourceForm({ slug, given }: { readonly slug: string; readonly given: string }) {
  const { ref } = useProject();
  const mayWrite = useMay('edge_functions_write');
  const [source, setSource] = useState(given);
  const deploy = useAction('updateFunction', { done: 'The new version is live.', inline: true });
  return (
    <Form
      className={styles['wide'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        deploy.mutate({ params: { ref, function_slug: slug }, body: { body: source } });
      }}
      actions={
        mayWrite && (
          <Button type="submit" tone="primary" busy={deploy.isPending} disabled={source === given}>
            Deploy
          </Button>
        )
      }
    >
      {mayWrite && <SourceFile onRead={setSource} />}
      <TextArea
        label="Source"
        rows={14}
        spellCheck={false}
        className={styles['code']}
        readOnly={!mayWrite}
        value={source}
        onChange={({ target }) => setSource(target.value)}
      />
      {deploy.isError && <ErrorNote error={deploy.error} />}
    </Form>
  );
}

function FunctionLogs({ slug }: { readonly slug: string }) {
  const { ref } = useProject();
  const sql = logSql({ source: 'function_logs', level: 'all', words: '', having: ['function', slug] });
  const logs = useAnswer('queryLogs', { params: { ref }, query: { sql } }, { every: LOGS_EVERY_MS });
  return (
    <Section title="Logs" about="What it has printed in the last hour.">
      <Loaded query={logs}>
        {({ result }) =>
          result.length === 0 ? <Empty title="It has printed nothing" /> : <LogList rows={result} />
        }
      </Loaded>
    </Section>
  );
}
