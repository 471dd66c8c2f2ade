import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Form } from './field.tsx';
import { ErrorNote } from './notice.tsx';

interface FormDialogProps {
  readonly title: string;
  readonly about?: ReactNode;
  /** What is done, as the button says it. */
  readonly action: string;
  readonly tone?: 'primary' | 'danger';
  readonly disabled?: boolean;
  readonly busy: boolean;
  /** Null: nothing has gone wrong. */
  readonly error: unknown;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks for what an action takes, and stays until that is done or given up. */
export function FormDialog({ title, about, onSubmit, onClose, children, ...props }: FormDialogProps) {
  const { action, tone = 'primary', disabled = false, busy, error } = props;
  return (
    <Dialog title={title} about={about} onClose={onClose}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
        actions={
          <>
            <Button tone={tone} type="submit" busy={busy} disabled={disabled}>
              {action}
            </Button>
            <Button tone="quiet" onClick={onClose}>
              Cancel
            </Button>
          </>
        }
      >
        {children}
        {error !== null && <ErrorNote error={error} />}
      </Form>
    </Dialog>
  );
}
