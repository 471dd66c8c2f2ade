import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';

export function NewOrganizationPage() {
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const create = useAction('createOrganization', {
    inline: true,
    onDone: ({ slug }) => void navigate({ to: '/organizations/$slug', params: { slug } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: { name } });
  };
  return (
    <Page title="New organization" about="People who work together, with their projects and one bill.">
      <Form
        onSubmit={submit}
        actions={
          <Button tone="primary" type="submit" busy={create.isPending}>
            Create organization
          </Button>
        }
      >
        <TextField label="Name" value={name} required onChange={({ target }) => setName(target.value)} />
        {create.isError && <ErrorNote error={create.error} />}
      </Form>
    </Page>
  );
}
