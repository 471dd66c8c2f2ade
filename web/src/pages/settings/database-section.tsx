import { type FormEvent, useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { newPassword } from '../projects/new-password.ts';
import { useMay, useProject } from '../project/use-project.ts';
import { SettingFields } from './setting-fields.tsx';
import styles from './settings.module.css';

/** Those that people change; the API knows all of them. */
const NAMES = ['max_connections', 'statement_timeout', 'work_mem', 'log_min_duration_statement'] as const;

export function DatabaseSection() {
  const { ref } = useProject();
  const mayRead = useMay('database_config_read');
  const mayWrite = useMay('database_config_write');
  const [password, setPassword] = useState('');
  const change = useAction('updateDatabasePassword', {
    inline: true,
    done: 'The database password is changed.',
    onDone: () => setPassword(''),
  });
  const config = useAnswer('getPostgresConfig', { params: { ref } }, { enabled: mayRead });
  const update = useAction('patchPostgresConfig', { inline: true, done: 'The settings are on their way.' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ params: { ref }, body: { password } });
  };
  return (
    <Section title="Database">
      <Form
        onSubmit={submit}
        actions={
          <>
            <Button type="submit" disabled={!mayWrite} busy={change.isPending}>
              Change password
            </Button>
            <Button tone="quiet" disabled={!mayWrite} onClick={() => setPassword(newPassword())}>
              Generate one
            </Button>
          </>
        }
      >
        <TextField
          label="New database password"
          hint="Of the role postgres. Connections that are open stay."
          value={password}
          minLength={4}
          required
          autoComplete="off"
          spellCheck={false}
          disabled={!mayWrite}
          onChange={({ target }) => setPassword(target.value)}
        />
        {change.isError && <ErrorNote error={change.error} />}
      </Form>
      <SslEnforcement />
      <h3 className={styles['head']}>Postgres</h3>
      <Loaded query={config}>
        {(values) => (
          <SettingFields
            names={NAMES}
            values={values}
            disabled={!mayWrite}
            busy={update.isPending}
            error={update.error}
            placeholder="As it comes"
            onSave={(body, whenDone) => update.mutate({ params: { ref }, body }, whenDone)}
          />
        )}
      </Loaded>
    </Section>
  );
}

function SslEnforcement() {
  const { ref } = useProject();
  const mayWrite = useMay('database_ssl_config_write');
  const ssl = useAnswer('getSslEnforcement', { params: { ref } });
  const update = useAction('updateSslEnforcement', { done: 'It is in force.' });
  return (
    <Loaded query={ssl} lines={1}>
      {({ currentConfig }) => (
        <CheckField
          label="Refuse connections to Postgres without TLS"
          checked={currentConfig.database}
          disabled={!mayWrite || update.isPending}
          onChange={({ target }) =>
            update.mutate({ params: { ref }, body: { requestedConfig: { database: target.checked } } })
          }
        />
      )}
    </Loaded>
  );
}
