import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { CheckField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

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
  const submit = () => {
    save.mutate({ params: { ref }, body: { name, sql, visibility: forAll ? 'project' : 'user' } });
  };
  return (
    <FormDialog
      title="Save SQL"
      action="Save"
      busy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField label="Name" value={name} required onChange={({ target }) => setName(target.value)} />
      <CheckField
        label="For everybody in the project"
        hint="Otherwise for you alone."
        checked={forAll}
        onChange={({ target }) => setForAll(target.checked)}
      />
    </FormDialog>
  );
}
