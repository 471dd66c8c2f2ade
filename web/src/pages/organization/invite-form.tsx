import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useApp } from '../../app.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import styles from './members-page.module.css';
import { ROLES, type Role, roleIn, roleMay } from './use-organization.ts';

export function InviteForm({ slug }: { readonly slug: string }) {
  const { toasts } = useApp();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const invite = useAction('createInvitation', {
    inline: true,
    onDone: ({ email, mailed }) => {
      setEmail('');
      toasts.say(mailed ? `${email} is invited by mail.` : `${email} is invited, but no mail could be sent.`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate({ params: { slug }, body: { email, role } });
  };
  return (
    <Section title="Invite somebody" about={roleMay(role)}>
      <form className={styles['invite']} onSubmit={submit}>
        <TextField
          label="E-mail address"
          type="email"
          autoComplete="off"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <SelectField
          label="Role"
          options={ROLES}
          value={role}
          onChange={({ target }) => setRole(roleIn(target.value))}
        />
        <Button tone="primary" type="submit" busy={invite.isPending}>
          Invite
        </Button>
      </form>
      {invite.isError && <ErrorNote error={invite.error} />}
    </Section>
  );
}
