import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { ActionButton } from '../project/action-button.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import styles from './settings.module.css';

export function GeneralSection() {
  const project = useProject();
  const { ref, name } = project;
  const mayWrite = useMay('project_admin_write');
  const [called, setCalled] = useState(name);
  const rename = useAction('updateProject', { inline: true, done: 'The project is renamed.' });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ params: { ref }, body: { name: called } });
  };
  return (
    <Section title="General">
      <Form
        onSubmit={submit}
        actions={
          <Button type="submit" disabled={!mayWrite} busy={rename.isPending}>
            Rename
          </Button>
        }
      >
        <TextField
          label="Name"
          value={called}
          required
          disabled={!mayWrite}
          onChange={({ target }) => setCalled(target.value)}
        />
        {rename.isError && <ErrorNote error={rename.error} />}
      </Form>
      <p className={styles['fact']}>
        A restart keeps everything that is stored; a paused project costs nothing but what it stores.
      </p>
      <div className={styles['row']}>
        <ActionButton action="restart" />
        <ActionButton action="pause" />
        <ActionButton action="restore" />
      </div>
    </Section>
  );
}
