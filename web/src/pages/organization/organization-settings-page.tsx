import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { useMayHere, useOrganization } from './use-organization.ts';

export function OrganizationSettingsPage() {
  const { slug, name } = useOrganization();
  const mayWrite = useMayHere('organization_admin_write');
  const navigate = useNavigate();
  const [called, setCalled] = useState(name);
  const [typed, setTyped] = useState('');
  const rename = useAction('updateOrganization', { done: 'The organization is renamed.', inline: true });
  const remove = useAction('deleteOrganization', {
    done: `${name} is deleted.`,
    inline: true,
    onDone: () => void navigate({ to: '/' }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ params: { slug }, body: { name: called } });
  };
  const submitRemoval = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate({ params: { slug } });
  };
  return (
    <Page title="Settings" of={name}>
      <Section title="General">
        <Form
          onSubmit={submit}
          actions={
            <Button type="submit" tone="primary" disabled={!mayWrite} busy={rename.isPending}>
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
            hint={mayWrite ? undefined : 'Owners alone can change it.'}
          />
          {rename.isError && <ErrorNote error={rename.error} />}
        </Form>
      </Section>
      {mayWrite && (
        <Section title="Delete" about="Only an organization that has no projects left can be deleted.">
          <Form
            onSubmit={submitRemoval}
            actions={
              <Button type="submit" tone="danger" disabled={typed !== name} busy={remove.isPending}>
                Delete the organization
              </Button>
            }
          >
            <TextField
              label={`Type “${name}” to delete it`}
              value={typed}
              autoComplete="off"
              onChange={({ target }) => setTyped(target.value)}
            />
            {remove.isError && <ErrorNote error={remove.error} />}
          </Form>
        </Section>
      )}
    </Page>
  );
}
