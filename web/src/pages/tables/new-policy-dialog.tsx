import { useState } from 'react';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { quoteName } from '../sql/sql-text.ts';
import type { TableName } from './use-catalogue.ts';
import { useWrite } from './use-write.ts';

/** By what a policy judges: a row that is there, one that is written, or both. */
const COMMANDS = {
  select: { label: 'Read', using: true, check: false },
  insert: { label: 'Insert', using: false, check: true },
  update: { label: 'Update', using: true, check: true },
  delete: { label: 'Delete', using: true, check: false },
  all: { label: 'Everything', using: true, check: true },
} as const;

type Command = keyof typeof COMMANDS;

const isCommand = (name: string): name is Command => name in COMMANDS;

const ROLES = [
  { value: 'authenticated', label: 'Signed-in users' },
  { value: 'anon', label: 'Everybody who is not signed in' },
  { value: 'public', label: 'All' },
];

interface NewPolicyDialogProps {
  readonly name: TableName;
  readonly onClose: () => void;
}

export function NewPolicyDialog({ name, onClose }: NewPolicyDialogProps) {
  const [policy, setPolicy] = useState('');
  const [command, setCommand] = useState<Command>('select');
  const [role, setRole] = useState('authenticated');
  const [condition, setCondition] = useState('true');
  const add = useWrite(name.ref, 'The policy is in force.', onClose);
  const submit = () => {
    const { using, check } = COMMANDS[command];
    const query = [
      `create policy ${quoteName(policy)} on ${quoteName(name.schema)}.${quoteName(name.table)}`,
      `for ${command} to ${role}`,
      ...(using ? [`using (${condition})`] : []),
      ...(check ? [`with check (${condition})`] : []),
    ].join(' ');
    add.run({ query, parameters: [] });
  };
  return (
    <FormDialog
      title={`New policy on ${name.table}`}
      action="Add policy"
      busy={add.busy}
      error={add.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name of the policy"
        value={policy}
        required
        maxLength={63}
        onChange={({ target }) => setPolicy(target.value)}
      />
      <SelectField
        label="It permits to"
        options={Object.entries(COMMANDS).map(([value, { label }]) => ({ value, label }))}
        value={command}
        onChange={({ target }) => setCommand(isCommand(target.value) ? target.value : 'select')}
      />
      <SelectField
        label="Whom"
        options={ROLES}
        value={role}
        onChange={({ target }) => setRole(target.value)}
      />
      <TextArea
        label="Where"
        hint="A condition, such as (select auth.uid()) = user_id"
        value={condition}
        required
        spellCheck={false}
        onChange={({ target }) => setCondition(target.value)}
      />
    </FormDialog>
  );
}
