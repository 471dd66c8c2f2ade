import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { useServiceAction } from '../project/use-service.ts';

export function NewUserDialog({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [confirmed, setConfirmed] = useState(true);
  const create = useServiceAction(
    (service, json: object) => service.ask('/auth/v1/admin/users', { method: 'POST', json }),
    { done: `${email} was added.`, onDone: onClose, inline: true },
  );
  return (
    <Dialog title="Add a user" about="Who can sign in at once, with this password." onClose={onClose}>
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({ email, password, email_confirm: confirmed });
        }}
        actions={
          <Button tone="primary" type="submit" busy={create.isPending}>
            Add
          </Button>
        }
      >
        <TextField
          label="E-mail address"
          type="email"
          autoComplete="off"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
          required
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          required
        />
        <CheckField
          label="The address is confirmed"
          hint="Otherwise the user is mailed a link first."
          checked={confirmed}
          onChange={({ target }) => setConfirmed(target.checked)}
        />
        {create.isError && <ErrorNote error={create.error} />}
      </Form>
    </Dialog>
  );
}

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState('');
  const invite = useServiceAction(
    (service, json: object) => service.ask('/auth/v1/invite', { method: 'POST', json }),
    { done: `${email} was invited.`, onDone: onClose, inline: true },
  );
  return (
    <Dialog
      title="Invite a user"
      about="A mail with a link goes to the address; whoever follows it is signed in to your app."
      onClose={onClose}
    >
      <Form
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ email });
        }}
        actions={
          <Button tone="primary" type="submit" busy={invite.isPending}>
            Send the invitation
          </Button>
        }
      >
        <TextField
          label="E-mail address"
          type="email"
          autoComplete="off"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
          required
        />
        {invite.isError && <ErrorNote error={invite.error} />}
      </Form>
    </Dialog>
  );
}
