import { useState } from 'react';
import { Button } from './button.tsx';
import { Form, TextField } from './field.tsx';
import { ErrorNote } from './notice.tsx';

interface DeleteFormProps {
  /** To be typed, as what goes does not come back. */
  readonly name: string;
  /** What is done, as the button says it. */
  readonly action: string;
  /** Why it cannot be done now; null: it can. */
  readonly because?: string | null;
  readonly busy: boolean;
  /** Null: nothing has gone wrong. */
  readonly error: unknown;
  readonly onDelete: () => void;
}

export function DeleteForm({ name, action, because = null, busy, error, onDelete }: DeleteFormProps) {
  const [typed, setTyped] = useState('');
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        onDelete();
      }}
      actions={
        <Button
          type="submit"
          tone="danger"
          disabled={typed !== name || because !== null}
          busy={busy}
          {...(because === null ? {} : { title: because })}
        >
          {action}
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
      {error !== null && <ErrorNote error={error} />}
    </Form>
  );
}
