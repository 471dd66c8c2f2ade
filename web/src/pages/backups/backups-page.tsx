import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { PointInTime } from './point-in-time.tsx';
import { ScheduleForm } from './schedule-form.tsx';

type Answer = AnswerOf<'listBackups'>;
type Backup = Answer['backups'][number];

/** A backup that is being made is looked after. */
const WATCHING_MS = 2_000;

export function BackupsPage() {
  const { ref, name } = useProject();
  const mayWrite = useMay('backups_write');
  const [making, setMaking] = useState(false);
  const backups = useAnswer(
    'listBackups',
    { params: { ref } },
    { every: (all) => (all?.backups.some(({ status }) => status === 'PENDING') ? WATCHING_MS : false) },
  );
  return (
    <Page
      title="Backups"
      of={name}
      about="Copies of the database, taken daily and by hand. Files of Storage are not part of them."
      actions={
        mayWrite && (
          <Button tone="primary" icon="plus" onClick={() => setMaking(true)}>
            Back up now
          </Button>
        )
      }
    >
      <Loaded query={backups}>
        {(answer) => (
          <>
            <BackupList backups={answer.backups} mayWrite={mayWrite} />
            {answer.pitr_enabled && mayWrite && <PointInTime of={answer.physical_backup_data} />}
          </>
        )}
      </Loaded>
      {mayWrite && (
        <Section title="Daily backup" about="When the daily backup is taken.">
          <ScheduleForm />
        </Section>
      )}
      {making && <MakeDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

const WORDS: Readonly<Record<Backup['status'], string>> = {
  COMPLETED: 'Complete',
  FAILED: 'Failed',
  PENDING: 'Being taken',
  REMOVED: 'Removed',
  ARCHIVED: 'Archived',
  CANCELLED: 'Cancelled',
};

interface BackupListProps {
  readonly backups: readonly Backup[];
  readonly mayWrite: boolean;
}

function BackupList({ backups, mayWrite }: BackupListProps) {
  const { ref, name } = useProject();
  const [chosen, setChosen] = useState<Backup>();
  const close = () => setChosen(undefined);
  const restore = useAction('restorePhysicalBackup', {
    done: 'The database is being put back.',
    onDone: close,
    inline: true,
  });
  if (backups.length === 0) {
    return (
      <Empty title="There is no backup yet">
        The first one is taken at the time of day below; take one now before you try something that you may
        want to undo.
      </Empty>
    );
  }
  const columns: readonly Column<Backup>[] = [
    { label: 'Taken', cell: ({ inserted_at }) => <Time at={inserted_at} exact /> },
    { label: 'State', cell: ({ status }) => WORDS[status] },
    {
      label: 'Actions',
      unlabelled: true,
      figures: true,
      cell: (backup) =>
        mayWrite &&
        backup.status === 'COMPLETED' && <Button onClick={() => setChosen(backup)}>Restore</Button>,
    },
  ];
  return (
    <>
      <DataTable label="Backups" columns={columns} rows={backups} keyOf={({ id }) => `${id}`} />
      {chosen !== undefined && (
        <ConfirmDialog
          title="Put the database back?"
          about={
            <>
              To how it was on <Time at={chosen.inserted_at} exact />. What was written since is kept as a
              backup, and is no longer in the database. The project does not answer meanwhile.
            </>
          }
          action="Restore"
          typed={name}
          busy={restore.isPending}
          error={restore.error}
          onConfirm={() => restore.mutate({ params: { ref }, body: { id: chosen.id } })}
          onClose={close}
        />
      )}
    </>
  );
}

function MakeDialog({ onClose }: { readonly onClose: () => void }) {
  const { ref } = useProject();
  const [label, setLabel] = useState('');
  const make = useAction('createRestorePoint', {
    done: 'The backup is being taken.',
    onDone: onClose,
    inline: true,
  });
  const submit = () => {
    make.mutate({ params: { ref }, body: { name: label } });
  };
  return (
    <FormDialog
      title="Back up now"
      about="The project goes on answering meanwhile."
      action="Take the backup"
      busy={make.isPending}
      error={make.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="By which you find it again, up to 20 characters."
        value={label}
        onChange={({ target }) => setLabel(target.value)}
        maxLength={20}
        required
      />
    </FormDialog>
  );
}
