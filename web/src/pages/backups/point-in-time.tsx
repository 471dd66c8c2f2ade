import { type FormEvent, useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { Section } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useProject } from '../project/use-project.ts';

type Range = AnswerOf<'listBackups'>['physical_backup_data'];

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();

/** As the browser's control takes it: in the reader's zone. */
function localOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Back to any time, where the database's own log is kept. */
export function PointInTime({ of }: { readonly of: Range }) {
  const { earliest_physical_backup_date_unix: earliest, latest_physical_backup_date_unix: latest } = of;
  if (earliest === undefined || latest === undefined) return null;
  return <Within key={earliest} earliest={earliest} latest={latest} />;
}

function Within({ earliest, latest }: { readonly earliest: number; readonly latest: number }) {
  const { ref, name } = useProject();
  const [at, setAt] = useState(() => localOf(latest));
  const [asked, setAsked] = useState(false);
  const target = Math.floor(new Date(at).getTime() / 1000);
  const valid = target >= earliest && target <= latest;
  const restore = useAction('restorePitrBackup', {
    done: 'The database is being put back.',
    onDone: () => setAsked(false),
    inline: true,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (valid) setAsked(true);
  };
  return (
    <Section
      title="Any time"
      about={
        <>
          Between <Time at={isoOf(earliest)} exact /> and <Time at={isoOf(latest)} exact />.
        </>
      }
    >
      <Form onSubmit={submit} actions={<Button type="submit">Restore to this time</Button>}>
        <TextField
          label="Time"
          type="datetime-local"
          step={1}
          value={at}
          onChange={(event) => setAt(event.target.value)}
          error={valid ? undefined : 'Choose a time between the two above.'}
          required
        />
      </Form>
      {asked && (
        <ConfirmDialog
          title="Put the database back?"
          about={
            <>
              To how it was on <Time at={isoOf(target)} exact />. The project does not answer meanwhile.
            </>
          }
          action="Restore"
          typed={name}
          busy={restore.isPending}
          error={restore.error}
          onConfirm={() => restore.mutate({ params: { ref }, body: { recovery_time_target_unix: target } })}
          onClose={() => setAsked(false)}
        />
      )}
    </Section>
  );
}
