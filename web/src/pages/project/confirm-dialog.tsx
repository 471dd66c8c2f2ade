import { type ReactNode, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';

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
    <Dialog title={title} about={about} onClose={onClose}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
        actions={
          <>
            <Button tone="danger" type="submit" busy={busy} disabled={typed !== undefined && text !== typed}>
              {action}
            </Button>
            <Button tone="quiet" onClick={onClose}>
              Cancel
            </Button>
          </>
        }
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
        {error !== null && <ErrorNote error={error} />}
      </Form>
    </Dialog>
  );
}
