import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { CheckField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { sizeOf } from '../../ui/size.ts';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { Awake } from '../project/awake.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { useServiceAction, useServiceAnswer } from '../project/use-service.ts';
import { type Bucket, listBuckets } from './storage.ts';
import styles from './storage.module.css';

type Asked = 'new' | Bucket;

export function BucketsPage() {
  const [asked, setAsked] = useState<Asked>();
  const close = () => setAsked(undefined);
  const create = useMay('api_gateway_keys_read') && (
    <Button tone="primary" icon="plus" onClick={() => setAsked('new')}>
      New bucket
    </Button>
  );
  return (
    <Page
      title="Storage"
      of={useProject().name}
      about="Files of your app, in buckets with rules of their own."
      actions={create}
    >
      <Awake>
        <BucketList onRemove={setAsked} />
        {asked === 'new' && <NewBucketDialog onClose={close} />}
        {typeof asked === 'object' && <RemoveDialog bucket={asked} onClose={close} />}
      </Awake>
    </Page>
  );
}

function BucketList({ onRemove }: { readonly onRemove: (bucket: Bucket) => void }) {
  const { ref } = useProject();
  const buckets = useServiceAnswer(['buckets'], listBuckets);
  const change = useServiceAction(
    (service, { id, public: open, file_size_limit }: Bucket) =>
      service.ask(`/storage/v1/bucket/${encodeURIComponent(id)}`, {
        method: 'PUT',
        json: { public: !open, file_size_limit },
      }),
    { done: 'The bucket was changed.' },
  );
  const columns: readonly Column<Bucket>[] = [
    {
      label: 'Bucket',
      cell: ({ id, name }) => (
        <Link className={styles['name']} to="/projects/$ref/storage/$bucket" params={{ ref, bucket: id }}>
          {name}
        </Link>
      ),
    },
    {
      label: 'Who may read it',
      cell: ({ public: open }) => (open ? 'Everybody who has a file’s address' : 'Whom a policy lets'),
    },
    {
      label: 'Largest file',
      cell: ({ file_size_limit: limit }) => (limit === null ? 'As the project has it' : sizeOf(limit)),
      minor: true,
    },
    { label: 'Made', cell: ({ created_at }) => <Time at={created_at} />, minor: true },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (bucket) => (
        <Menu trigger={<IconButton icon="more" label={`Actions for ${bucket.name}`} />}>
          <MenuItem onSelect={() => change.mutate(bucket)}>
            {bucket.public ? 'Make private' : 'Make public'}
          </MenuItem>
          <MenuItem danger onSelect={() => onRemove(bucket)}>
            Delete
          </MenuItem>
        </Menu>
      ),
    },
  ];
  return (
    <Loaded query={buckets}>
      {(all) =>
        all.length === 0 ? (
          <Empty title="There is no bucket yet">
            A bucket is a place for files, public or with policies that say who may do what.
          </Empty>
        ) : (
          <DataTable label="Buckets" columns={columns} rows={all} keyOf={({ id }) => id} />
        )
      }
    </Loaded>
  );
}

function NewBucketDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [open, setOpen] = useState(false);
  const create = useServiceAction(
    (service, json: object) => service.ask('/storage/v1/bucket', { method: 'POST', json }),
    { done: `The bucket ${name} is there.`, onDone: onClose, inline: true },
  );
  return (
    <FormDialog
      title="New bucket"
      action="Create"
      busy={create.isPending}
      error={create.error}
      onSubmit={() => create.mutate({ id: name, name, public: open })}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="Part of the addresses of its files; it can’t be changed."
        value={name}
        onChange={({ target }) => setName(target.value)}
        maxLength={100}
        required
      />
      <CheckField
        label="Public"
        hint="Whoever has the address of a file may read it. To write takes a policy in any case."
        checked={open}
        onChange={({ target }) => setOpen(target.checked)}
      />
    </FormDialog>
  );
}

function RemoveDialog({ bucket, onClose }: { readonly bucket: Bucket; readonly onClose: () => void }) {
  const remove = useServiceAction(
    async (service, id: string) => {
      const place = `/storage/v1/bucket/${encodeURIComponent(id)}`;
      await service.ask(`${place}/empty`, { method: 'POST', json: {} });
      await service.ask(place, { method: 'DELETE', json: {} });
    },
    { done: 'The bucket is deleted.', onDone: onClose, inline: true },
  );
  return (
    <ConfirmDialog
      title={`Delete ${bucket.name}?`}
      about="With every file in it. This can’t be undone, and backups hold no files."
      action="Delete"
      typed={bucket.name}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate(bucket.id)}
      onClose={onClose}
    />
  );
}
