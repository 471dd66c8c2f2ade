import { useState } from 'react';
import { Button } from './button.tsx';
import { Form, TextField } from './field.tsx';
import { ErrorNote } from './notice.tsx';

interface RenameFormProps {
  readonly name: string;
  readonly hint?: string | undefined;
  readonly disabled: boolean;
  readonly busy: boolean;
  /** Null: nothing has gone wrong. */
  readonly error: unknown;
  readonly onRename: (name: string) => void;
}

/** What something is called. */
export function RenameForm({ name, hint, disabled, busy, error, onRename }: RenameFormProps) {
  const [called, setCalled] = useState(name);
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        onRename(called);
      }}
      actions={
        <Button type="submit" disabled={disabled || called === name} busy={busy}>
          Rename
        </Button>
      }
    >
      <TextField
        label="Name"
        hint={hint}
        value={called}
        required
        disabled={disabled}
        onChange={({ target }) => setCalled(target.value)}
      />
      {error !== null && <ErrorNote error={error} />}
    </Form>
  );
}
