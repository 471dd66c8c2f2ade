import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { useProject } from '../project/use-project.ts';

export function DeleteSection() {
  const { ref, name, actions } = useProject();
  const because = actions.find(({ action }) => action === 'delete')?.because ?? null;
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const remove = useAction('deleteProject', {
    inline: true,
    onDone: () => void navigate({ to: '/certificates/$ref', params: { ref } }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate({ params: { ref } });
  };
  return (
    <Section
      title="Delete"
      about="The database, the files, the functions, the keys and every backup go, for good. A certificate says what was deleted, and that nothing is left."
    >
      <Form
        onSubmit={submit}
        actions={
          <Button
            type="submit"
            tone="danger"
            disabled={typed !== name || because !== null}
            busy={remove.isPending}
            {...(because === null ? {} : { title: because })}
          >
            Delete the project
          </Button>
        }
      >
        <TextField
          label={`Type “${name}” to delete it`}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => setTyped(target.value)}
        />
        {remove.isError && <ErrorNote error={remove.error} />}
      </Form>
    </Section>
  );
}
