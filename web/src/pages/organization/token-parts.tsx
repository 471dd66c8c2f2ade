import { type ReactNode, useState } from 'react';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { CopyValue } from '../../ui/copy.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';

type Token = AnswerOf<'listTokens'>[number];
type NewToken = AnswerOf<'createToken'>;

interface TokenTableProps {
  readonly tokens: readonly Token[];
  readonly onRevoke: (token: Token) => void;
}

export function TokenTable({ tokens, onRevoke }: TokenTableProps) {
  const columns: readonly Column<Token>[] = [
    { label: 'Name', cell: ({ name }) => name },
    {
      label: 'Last used',
      cell: ({ last_used_at }) => (last_used_at === null ? 'Never' : <Time at={last_used_at} />),
    },
    { label: 'Made', cell: ({ created_at }) => <Time at={created_at} />, minor: true },
    {
      label: 'Ends',
      cell: ({ expires_at }) => (expires_at === null ? 'Never' : <Time at={expires_at} />),
      minor: true,
    },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (token) => (
        <Button tone="quiet" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
          Revoke
        </Button>
      ),
    },
  ];
  if (tokens.length === 0) {
    return <Empty title="No access tokens">Scripts, the CLI and Terraform sign in with one.</Empty>;
  }
  return <DataTable label="Access tokens" columns={columns} rows={tokens} keyOf={({ id }) => id} />;
}

const SPANS = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Never' },
];

const DAY_MS = 86_400_000;

interface Wanted {
  readonly name: string;
  readonly expires_at?: Date;
}

interface TokenDialogProps {
  readonly busy: boolean;
  readonly error: unknown;
  readonly made: NewToken | undefined;
  readonly onMake: (wanted: Wanted) => void;
  readonly onClose: () => void;
  /** What else is to be said of it. */
  readonly children?: ReactNode;
}

/** Makes a token, and shows it: the one time that it can be seen. */
export function TokenDialog({ busy, error, made, onMake, onClose, children }: TokenDialogProps) {
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const submit = () => {
    onMake(days === '' ? { name } : { name, expires_at: new Date(Date.now() + Number(days) * DAY_MS) });
  };
  if (made !== undefined) {
    return (
      <Dialog title={`The token ${made.name}`} onClose={onClose}>
        <Notice tone="warn" title="Copy it now: it is not shown again." />
        <CopyValue label="access token" value={made.access_token} />
        <Button tone="primary" onClick={onClose}>
          I have it
        </Button>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title="New access token"
      action="Make the token"
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="What it is for."
        value={name}
        required
        onChange={({ target }) => setName(target.value)}
      />
      {children}
      <SelectField
        label="Ends after"
        options={SPANS}
        value={days}
        onChange={({ target }) => setDays(target.value)}
      />
    </FormDialog>
  );
}
