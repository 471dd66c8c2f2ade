import { type ReactNode, useState } from 'react';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  readonly about: ReactNode;
  /** What is done, as the button says it. */
  readonly action: string;
  /** To be typed, where what is done can't be undone; absent: a press will do. */
  readonly typed?: string;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asked before something is lost. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, about, action, typed, busy, error, onConfirm, onClose } = props;
  const [text, setText] = useState('');
  return (
    <FormDialog
      title={title}
      about={about}
      action={action}
      tone="danger"
      disabled={typed !== undefined && text !== typed}
      busy={busy}
      error={error}
      onSubmit={onConfirm}
      onClose={onClose}
    >
      {typed !== undefined && (
        <TextField
          label={`Type ${typed} to confirm`}
          value={text}
          onChange={({ target }) => setText(target.value)}
          autoComplete="off"
          spellCheck={false}
        />
      )}
    </FormDialog>
  );
}
