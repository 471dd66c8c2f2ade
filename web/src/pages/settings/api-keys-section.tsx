import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { CopyValue } from '../../ui/copy.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useKeys, useLegacyKeys } from '../project/keys-section.tsx';
import { useMay, useProject } from '../project/use-project.ts';

type ApiKey = AnswerOf<'getProjectApiKeys'>[number];

const TYPES = [
  { value: 'publishable', label: 'Publishable: for browsers and apps' },
  { value: 'secret', label: 'Secret: for servers alone' },
] as const;

/** Which keys a project takes. */
export function ApiKeysSection() {
  const mayWrite = useMay('api_gateway_keys_write');
  const [asked, setAsked] = useState<'new' | ApiKey>();
  const close = () => setAsked(undefined);
  return (
    <Section
      title="API keys"
      about="Give each app and server a key of its own, so that one can be deleted without the others."
      actions={
        mayWrite && (
          <Button icon="plus" onClick={() => setAsked('new')}>
            New key
          </Button>
        )
      }
    >
      <Loaded query={useKeys()}>
        {(keys) => (
          <KeyList
            keys={keys.filter(({ type }) => type !== 'legacy')}
            onRemove={mayWrite ? setAsked : undefined}
          />
        )}
      </Loaded>
      <LegacyKeys />
      {asked === 'new' && <NewKeyDialog onClose={close} />}
      {typeof asked === 'object' && <RemoveDialog apiKey={asked} onClose={close} />}
    </Section>
  );
}

interface KeyListProps {
  readonly keys: readonly ApiKey[];
  readonly onRemove: ((key: ApiKey) => void) | undefined;
}

function KeyList({ keys, onRemove }: KeyListProps) {
  const columns: readonly Column<ApiKey>[] = [
    { label: 'Name', cell: ({ name }) => name },
    { label: 'Kind', cell: ({ type }) => type, minor: true },
    {
      label: 'Key',
      cell: ({ type, name, api_key }) => (
        <CopyValue label={`${type} key ${name}`} value={api_key ?? ''} secret={type === 'secret'} />
      ),
    },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (key) =>
        onRemove !== undefined && (
          <IconButton
            icon="trash"
            label={`Delete ${key.type} key ${key.name}`}
            onClick={() => onRemove(key)}
          />
        ),
    },
  ];
  if (keys.length === 0)
    return <Empty title="There is no key">No app reaches the project without one.</Empty>;
  return (
    <DataTable label="Keys of apps and servers" columns={columns} rows={keys} keyOf={({ id }) => id ?? ''} />
  );
}

function LegacyKeys() {
  const { ref } = useProject();
  const mayWrite = useMay('api_gateway_keys_write');
  const change = useAction('updateProjectLegacyApiKeys', { done: 'The project takes it up.' });
  return (
    <Loaded query={useLegacyKeys()} lines={1}>
      {({ enabled }) => (
        <CheckField
          label="Take the legacy keys anon and service_role"
          hint="Once no app has them any more, do without: they are good for ten years, and cannot be deleted one by one."
          checked={enabled}
          disabled={!mayWrite || change.isPending}
          onChange={({ target }) =>
            change.mutate({ params: { ref }, query: { enabled: target.checked ? 'true' : 'false' } })
          }
        />
      )}
    </Loaded>
  );
}

function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const { ref } = useProject();
  const [type, setType] = useState<(typeof TYPES)[number]['value']>('publishable');
  const [name, setName] = useState('');
  const create = useAction('createProjectApiKey', {
    inline: true,
    done: `The key ${name} is there.`,
    onDone: onClose,
  });
  return (
    <FormDialog
      title="New API key"
      action="Make the key"
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate({ params: { ref }, body: { type, name } })}
      onClose={onClose}
    >
      <SelectField
        label="Kind"
        options={TYPES}
        value={type}
        onChange={({ target }) =>
          setType(TYPES.find(({ value }) => value === target.value)?.value ?? 'publishable')
        }
      />
      <TextField
        label="Name"
        hint="Who has it: 4 to 64 lower-case letters, digits and “_”."
        pattern="[a-z_][a-z0-9_]{3,63}"
        value={name}
        required
        spellCheck={false}
        onChange={({ target }) => setName(target.value)}
      />
    </FormDialog>
  );
}

function RemoveDialog({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const { ref } = useProject();
  const remove = useAction('deleteProjectApiKey', {
    inline: true,
    done: 'The key is deleted.',
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Delete ${apiKey.type} key ${apiKey.name}?`}
      about="Whoever has it is refused from then on. It cannot be brought back."
      action="Delete"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { ref, id: apiKey.id ?? '' } })}
      onClose={onClose}
    />
  );
}
