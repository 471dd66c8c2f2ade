import { useDeferredValue, useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Search } from '../../ui/search.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { Tile } from '../../ui/status.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Awake } from '../project/awake.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { useServiceAction } from '../project/use-service.ts';
import { InviteDialog, NewUserDialog } from './user-dialogs.tsx';
import { LIST_USERS, PAGE_SIZE, type AuthUser, nameOf, userOf } from './users.ts';
import styles from './users-page.module.css';

type Asked = 'new' | 'invite' | { readonly remove: AuthUser };

export function UsersPage() {
  const [asked, setAsked] = useState<Asked>();
  const [search, setSearch] = useState('');
  const close = () => setAsked(undefined);
  const mayChange = useMay('api_gateway_keys_read');
  return (
    <Page
      title="Users"
      of={useProject().name}
      about="Who has signed up to the app that this project is for."
      actions={
        mayChange && (
          <>
            <Search label="Search users" value={search} onChange={setSearch} />
            <Button onClick={() => setAsked('invite')}>Invite</Button>
            <Button tone="primary" icon="plus" onClick={() => setAsked('new')}>
              Add user
            </Button>
          </>
        )
      }
    >
      <Awake>
        <UserList key={search} search={search} onRemove={(user) => setAsked({ remove: user })} />
        {asked === 'new' && <NewUserDialog onClose={close} />}
        {asked === 'invite' && <InviteDialog onClose={close} />}
        {typeof asked === 'object' && <RemoveDialog user={asked.remove} onClose={close} />}
      </Awake>
    </Page>
  );
}

interface UserListProps {
  readonly search: string;
  readonly onRemove: (user: AuthUser) => void;
}

function UserList({ search, onRemove }: UserListProps) {
  const { ref } = useProject();
  const [page, setPage] = useState(0);
  const words = useDeferredValue(search.trim());
  const rows = useAnswer(
    'runReadOnlyQuery',
    { params: { ref }, body: { query: LIST_USERS, parameters: [words, PAGE_SIZE, page * PAGE_SIZE] } },
    { keep: true },
  );
  const ban = useServiceAction(
    (service, { id, banned }: AuthUser) =>
      service.ask(`/auth/v1/admin/users/${id}`, {
        method: 'PUT',
        json: { ban_duration: banned ? 'none' : '876000h' },
      }),
    { done: 'The user was changed.' },
  );
  const recover = useServiceAction(
    (service, json: object) => service.ask('/auth/v1/recover', { method: 'POST', json }),
    { done: 'The mail is on its way.' },
  );
  const columns: readonly Column<AuthUser>[] = [
    {
      label: 'User',
      cell: (user) => (
        <span className={styles['user']}>
          <span>{nameOf(user)}</span>
          <code>{user.id}</code>
        </span>
      ),
    },
    {
      label: 'State',
      cell: ({ banned, confirmed }) => (
        <span className={styles['state']}>
          <Tile tone={banned ? 'bad' : confirmed ? 'good' : 'still'} />
          {banned ? 'Banned' : confirmed ? 'Confirmed' : 'Not confirmed'}
        </span>
      ),
    },
    { label: 'Signs in with', cell: ({ providers }) => providers.join(', '), minor: true },
    { label: 'Signed up', cell: ({ created_at }) => <Time at={created_at} />, minor: true },
    {
      label: 'Last sign-in',
      cell: ({ last_sign_in_at }) => (last_sign_in_at === null ? 'Not yet' : <Time at={last_sign_in_at} />),
      minor: true,
    },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (user) => (
        <Menu trigger={<IconButton icon="more" label={`Actions for ${nameOf(user)}`} />}>
          <MenuItem onSelect={() => void navigator.clipboard.writeText(user.id)}>Copy the id</MenuItem>
          {user.email !== null && (
            <MenuItem onSelect={() => recover.mutate({ email: user.email })}>
              Mail a link for a new password
            </MenuItem>
          )}
          <MenuItem onSelect={() => ban.mutate(user)}>{user.banned ? 'Lift the ban' : 'Ban'}</MenuItem>
          <MenuItem danger onSelect={() => onRemove(user)}>
            Delete
          </MenuItem>
        </Menu>
      ),
    },
  ];
  return (
    <Loaded query={rows} lines={6}>
      {(found) => {
        const users = found.map(userOf);
        const total = Number(found[0]?.['total'] ?? 0);
        if (users.length === 0) {
          return words === '' ? (
            <Empty title="Nobody has signed up yet">
              Users come here when they sign up in your app; add or invite the first ones yourself.
            </Empty>
          ) : (
            <Empty title={`No user is found by “${words}”`} />
          );
        }
        return (
          <>
            <DataTable label="Users" columns={columns} rows={users} keyOf={({ id }) => id} />
            <nav className={styles['pages']} aria-label="Pages of users">
              <IconButton icon="left" label="Newer" disabled={page === 0} onClick={() => setPage(page - 1)} />
              <span>
                {page * PAGE_SIZE + 1}–{page * PAGE_SIZE + users.length} of {total}
              </span>
              <IconButton
                icon="right"
                label="Older"
                disabled={(page + 1) * PAGE_SIZE >= total}
                onClick={() => setPage(page + 1)}
              />
            </nav>
          </>
        );
      }}
    </Loaded>
  );
}

function RemoveDialog({ user, onClose }: { readonly user: AuthUser; readonly onClose: () => void }) {
  const remove = useServiceAction(
    (service, id: string) => service.ask(`/auth/v1/admin/users/${id}`, { method: 'DELETE' }),
    { done: 'The user is deleted.', onDone: onClose, inline: true },
  );
  return (
    <ConfirmDialog
      title={`Delete ${nameOf(user)}?`}
      about="With the account go its sessions and its ways to sign in. What your tables hold of it follows their own rules."
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(user.id)}
      onClose={onClose}
    />
  );
}
