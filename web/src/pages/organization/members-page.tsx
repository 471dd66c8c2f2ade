import { useNavigate } from '@tanstack/react-router';
import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { InviteForm } from './invite-form.tsx';
import styles from './members-page.module.css';
import { ROLES, roleIn, roleLabel, useMayHere, useOrganization } from './use-organization.ts';

type Member = AnswerOf<'listMemberRoles'>[number];
type Invitation = AnswerOf<'listInvitations'>[number];

export function MembersPage() {
  const { slug, name, role } = useOrganization();
  const mayWrite = useMayHere('members_write');
  const members = useAnswer('listMemberRoles', { params: { slug } });
  return (
    <Page
      title="Members"
      of={name}
      about={`You are ${roleLabel(role).toLowerCase()} of ${name}.`}
      actions={<LeaveButton slug={slug} />}
    >
      <Loaded query={members}>
        {(all) => (
          <DataTable
            label="Members"
            columns={memberColumns(slug, mayWrite)}
            rows={all}
            keyOf={({ user_id }) => user_id}
          />
        )}
      </Loaded>
      {mayWrite && <InviteForm slug={slug} />}
      <Invitations slug={slug} mayWrite={mayWrite} />
    </Page>
  );
}

const memberColumns = (slug: string, mayWrite: boolean): readonly Column<Member>[] => [
  { label: 'E-mail address', cell: ({ email }) => email },
  {
    label: 'Role',
    cell: (member) =>
      mayWrite ? <RoleChoice slug={slug} member={member} /> : <span>{roleLabel(member.role)}</span>,
  },
  {
    label: 'Actions',
    unlabelled: true,
    figures: true,
    cell: (member) => mayWrite && <RemoveButton slug={slug} member={member} />,
  },
];

interface OfMember {
  readonly slug: string;
  readonly member: Member;
}

function RoleChoice({ slug, member }: OfMember) {
  const update = useAction('updateMember', { done: `The role of ${member.email} has changed.` });
  return (
    <select
      className={styles['role']}
      aria-label={`Role of ${member.email}`}
      value={update.isPending ? update.variables.body.role : member.role}
      onChange={({ target }) =>
        update.mutate({ params: { slug, user_id: member.user_id }, body: { role: roleIn(target.value) } })
      }
    >
      {ROLES.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

function RemoveButton({ slug, member }: OfMember) {
  const remove = useAction('removeMember', { done: `${member.email} is no member any more.` });
  return (
    <Button
      tone="quiet"
      aria-label={`Remove ${member.email}`}
      busy={remove.isPending}
      onClick={() => remove.mutate({ params: { slug, user_id: member.user_id } })}
    >
      Remove
    </Button>
  );
}

function LeaveButton({ slug }: { readonly slug: string }) {
  const navigate = useNavigate();
  const leave = useAction('leaveOrganization', { onDone: () => void navigate({ to: '/' }) });
  return (
    <Button busy={leave.isPending} onClick={() => leave.mutate({ params: { slug } })}>
      Leave
    </Button>
  );
}

function Invitations({ slug, mayWrite }: { readonly slug: string; readonly mayWrite: boolean }) {
  const invitations = useAnswer('listInvitations', { params: { slug } });
  const resend = useAction('resendInvitation', { done: 'A new link is on its way.' });
  const revoke = useAction('revokeInvitation', { done: 'The invitation is revoked.' });
  const columns: readonly Column<Invitation>[] = [
    { label: 'E-mail address', cell: ({ email }) => email },
    { label: 'Role', cell: ({ role }) => roleLabel(role) },
    { label: 'Ends', cell: ({ expires_at }) => <Time at={expires_at} />, minor: true },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: ({ id, email }) =>
        mayWrite && (
          <>
            <Button
              tone="quiet"
              aria-label={`Send again to ${email}`}
              onClick={() => resend.mutate({ params: { slug, invitation_id: id } })}
            >
              Send again
            </Button>
            <Button
              tone="quiet"
              aria-label={`Revoke the invitation of ${email}`}
              onClick={() => revoke.mutate({ params: { slug, invitation_id: id } })}
            >
              Revoke
            </Button>
          </>
        ),
    },
  ];
  if (invitations.data?.length === 0) return null;
  return (
    <Section title="Invited">
      <Loaded query={invitations} lines={2}>
        {(all) => <DataTable label="Invitations" columns={columns} rows={all} keyOf={({ id }) => id} />}
      </Loaded>
    </Section>
  );
}
