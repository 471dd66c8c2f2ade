import { useState } from 'react';
import { useAction, useAnswer } from '../../api/hooks.ts';
import { Button } from '../../ui/button.tsx';
import { Form, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useProject } from '../project/use-project.ts';

export function ScheduleForm() {
  const { ref } = useProject();
  const schedule = useAnswer('getBackupSchedule', { params: { ref } });
  return (
    <Loaded query={schedule} lines={1}>
      {({ schedule_for }) => <TimeForm key={schedule_for} given={schedule_for} />}
    </Loaded>
  );
}

function TimeForm({ given }: { readonly given: string }) {
  const { ref } = useProject();
  const [time, setTime] = useState(given.slice(0, 5));
  const save = useAction('updateBackupSchedule', { done: 'The time was changed.', inline: true });
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ params: { ref }, body: { schedule_for: `${time}:00` } });
      }}
      actions={
        <Button type="submit" busy={save.isPending} disabled={time === given.slice(0, 5)}>
          Save
        </Button>
      }
    >
      <TextField
        label="Time of day"
        hint="In UTC."
        type="time"
        value={time}
        onChange={({ target }) => setTime(target.value)}
        required
      />
      {save.isError && <ErrorNote error={save.error} />}
    </Form>
  );
}
