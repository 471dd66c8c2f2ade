import { type FormEvent, useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { Empty, ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useMay, useProject } from '../project/use-project.ts';

export function SecretsSection() {
  const { ref } = useProject();
  const mayWrite = useMay('edge_functions_secrets_write');
  const secrets = useAnswer('listSecrets', { params: { ref } });
  const remove = useAction('deleteSecrets', { done: 'The secret is deleted.' });
  return (
    <Section title="Secrets" about="Functions read them from their environment. A value is not shown again.">
      <Loaded query={secrets}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="No secrets" />
          ) : (
            <DataTable
              label="Secrets"
              rows={all}
              keyOf={({ name }) => name}
              columns={[
                { label: 'Name', cell: ({ name }) => <code>{name}</code> },
                {
                  label: 'Set',
                  cell: ({ updated_at: at }) => (at === undefined ? '' : <Time at={at} />),
                  minor: true,
                },
                {
                  label: 'Actions',
                  unlabelled: true,
                  figures: true,
                  cell: ({ name }) =>
                    mayWrite &&
                    !name.startsWith('SUPABASE_') && (
                      <Button
                        tone="quiet"
                        aria-label={`Delete ${name}`}
                        onClick={() => remove.mutate({ params: { ref }, body: [name] })}
                      >
                        Delete
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {mayWrite && <NewSecret />}
    </Section>
  );
}

function NewSecret() {
  const { ref } = useProject();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const set = useAction('setSecrets', {
    inline: true,
    done: 'The secret is set.',
    onDone: () => {
      setName('');
      setValue('');
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set.mutate({ params: { ref }, body: [{ name, value }] });
  };
  return (
    <Form
      onSubmit={submit}
      actions={
        <Button type="submit" busy={set.isPending}>
          Set
        </Button>
      }
    >
      <TextField
        label="Name of the secret"
        required
        spellCheck={false}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <TextField
        label="Value"
        type="password"
        autoComplete="off"
        value={value}
        onChange={({ target }) => setValue(target.value)}
      />
      {set.isError && <ErrorNote error={set.error} />}
    </Form>
  );
}
