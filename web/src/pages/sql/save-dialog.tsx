import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';

interface SaveDialogProps {
  readonly refOfProject: string;
  readonly sql: string;
  readonly onClose: () => void;
  readonly onSaved: (id: string) => void;
}

export function SaveDialog({ refOfProject: ref, sql, onClose, onSaved }: SaveDialogProps) {
  const [name, setName] = useState('');
  const [forAll, setForAll] = useState(false);
  const save = useAction('createSnippet', { inline: true, done: 'Saved.', onDone: ({ id }) => onSaved(id) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ params: { ref }, body: { name, sql, visibility: forAll ? 'project' : 'user' } });
  };
  return (
    <Dialog title="Save SQL" onClose={onClose}>
      <Form
        onSubmit={submit}
        actions={
          <Button tone="primary" type="submit" busy={save.isPending}>
            Save
          </Button>
        }
      >
        <TextField label="Name" value={name} required onChange={({ target }) => setName(target.value)} />
        <CheckField
          label="For everybody in the project"
          hint="Otherwise for you alone."
          checked={forAll}
          onChange={({ target }) => setForAll(target.checked)}
        />
        {save.isError && <ErrorNote error={save.error} />}
      </Form>
    </Dialog>
  );
}
