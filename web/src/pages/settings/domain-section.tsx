import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/error.ts';
import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { CopyValue } from '../../ui/copy.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote, Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

type Hostname = AnswerOf<'getCustomHostname'>;

/** Supabase's steps, in words. */
const STEPS: Readonly<Record<Hostname['status'], string>> = {
  '1_not_started': 'There is none yet.',
  '2_initiated':
    'Put the records below into the zone of your domain, then have them looked for. New ones can take an hour until they are seen everywhere.',
  '3_challenge_verified': 'It is proven to be yours, and can be served.',
  '4_origin_setup_completed': 'It is being put in place, and can be served.',
  '5_services_reconfigured': 'The project answers at it.',
};

export function DomainSection() {
  const { ref } = useProject();
  const hostname = useAnswer('getCustomHostname', { params: { ref } });
  const none = hostname.error instanceof ApiError && hostname.error.status === 404;
  return (
    <Section title="Custom domain" about="An address of yours, in place of the project's own.">
      {none ? <NewHostname /> : <Loaded query={hostname}>{(found) => <Known hostname={found} />}</Loaded>}
    </Section>
  );
}

function NewHostname() {
  const { ref } = useProject();
  const mayWrite = useMay('custom_domain_write');
  const [name, setName] = useState('');
  const begin = useAction('initializeCustomHostname', { inline: true });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    begin.mutate({ params: { ref }, body: { custom_hostname: name } });
  };
  return (
    <Form
      onSubmit={submit}
      actions={
        <Button type="submit" disabled={!mayWrite} busy={begin.isPending}>
          Begin
        </Button>
      }
    >
      <TextField
        label="Host name"
        placeholder="api.example.com"
        required
        disabled={!mayWrite}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      {begin.isError && <ErrorNote error={begin.error} />}
    </Form>
  );
}

function Known({ hostname }: { readonly hostname: Hostname }) {
  const { ref } = useProject();
  const mayWrite = useMay('custom_domain_write');
  const verify = useAction('reverifyCustomHostname', { inline: true });
  const activate = useAction('activateCustomHostname', {
    inline: true,
    done: 'The project is served at it.',
  });
  const remove = useAction('deleteCustomHostname', { done: 'The host name is given up.' });
  const { status, custom_hostname: name, data } = hostname;
  if (status === '1_not_started') return <NewHostname />;
  const { ownership_verification: proof, custom_origin_server: target } = data.result;
  const records = [
    { type: 'TXT', name: proof.name, value: proof.value },
    { type: 'CNAME', name, value: target },
  ].filter((record) => record.name !== '' && record.value !== '');
  const problems = verify.data?.data.result.verification_errors ?? [];
  const request = { params: { ref } };
  return (
    <>
      <p>
        <strong>{name}</strong>. {STEPS[status]}
      </p>
      {status === '2_initiated' &&
        records.map((record) => (
          <dl key={`${record.name} ${record.value}`} className={styles['record']}>
            <dt>{record.type}, name</dt>
            <dd>
              <CopyValue label={`name of the ${record.type} record ${record.name}`} value={record.name} />
            </dd>
            <dt>Value</dt>
            <dd>
              <CopyValue label={`value of the ${record.type} record ${record.name}`} value={record.value} />
            </dd>
          </dl>
        ))}
      {status === '2_initiated' &&
        problems.map((problem) => (
          <Notice key={problem} tone="bad" title={problem}>
            <p>
              Compare it with what is in your zone; what was just put there, look for again in some minutes.
            </p>
          </Notice>
        ))}
      {verify.isError && <ErrorNote error={verify.error} />}
      {activate.isError && <ErrorNote error={activate.error} />}
      <div className={styles['row']}>
        {status === '2_initiated' && (
          <Button disabled={!mayWrite} busy={verify.isPending} onClick={() => verify.mutate(request)}>
            Look for the records
          </Button>
        )}
        {(status === '3_challenge_verified' || status === '4_origin_setup_completed') && (
          <Button disabled={!mayWrite} busy={activate.isPending} onClick={() => activate.mutate(request)}>
            Serve
          </Button>
        )}
        <Button
          tone="danger"
          disabled={!mayWrite}
          busy={remove.isPending}
          onClick={() => remove.mutate(request)}
        >
          Give up
        </Button>
      </div>
    </>
  );
}
