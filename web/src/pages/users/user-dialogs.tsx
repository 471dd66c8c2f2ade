import { useState } from 'react';
import { CheckField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
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
    <FormDialog
      title="Add a user"
      about="Who can sign in at once, with this password."
      action="Add"
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate({ email, password, email_confirm: confirmed })}
      onClose={onClose}
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
    </FormDialog>
  );
}

export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState('');
  const invite = useServiceAction(
    (service, json: object) => service.ask('/auth/v1/invite', { method: 'POST', json }),
    { done: `${email} was invited.`, onDone: onClose, inline: true },
  );
  return (
    <FormDialog
      title="Invite a user"
      about="A mail with a link goes to the address; whoever follows it is signed in to your app."
      action="Send the invitation"
      busy={invite.isPending}
      error={invite.error}
      onSubmit={() => invite.mutate({ email })}
      onClose={onClose}
    >
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="off"
        value={email}
        onChange={({ target }) => setEmail(target.value)}
        required
      />
    </FormDialog>
  );
}
