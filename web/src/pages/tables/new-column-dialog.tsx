import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CheckField, Form, SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { quoteName } from '../sql/sql-text.ts';
import { COLUMN_TYPES } from './column-types.ts';
import type { TableName } from './use-catalogue.ts';
import { useWrite } from './use-write.ts';

interface NewColumnDialogProps {
  readonly name: TableName;
  readonly onClose: () => void;
}

export function NewColumnDialog({ name, onClose }: NewColumnDialogProps) {
  const [column, setColumn] = useState('');
  const [type, setType] = useState('text');
  const [fallback, setFallback] = useState('');
  const [required, setRequired] = useState(false);
  const add = useWrite(name.ref, `The column ${column} is there.`, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parts = [
      `alter table ${quoteName(name.schema)}.${quoteName(name.table)} add column ${quoteName(column)} ${type}`,
      required ? 'not null' : '',
      fallback === '' ? '' : `default ${fallback}`,
    ];
    add.run({ query: parts.filter((part) => part !== '').join(' '), parameters: [] });
  };
  return (
    <Dialog title={`New column in ${name.table}`} onClose={onClose}>
      <Form
        onSubmit={submit}
        actions={
          <Button tone="primary" type="submit" busy={add.busy}>
            Add column
          </Button>
        }
      >
        <TextField label="Name" value={column} required onChange={({ target }) => setColumn(target.value)} />
        <SelectField
          label="Type"
          options={COLUMN_TYPES}
          value={type}
          onChange={({ target }) => setType(target.value)}
        />
        <TextField
          label="Default"
          hint="An expression, such as now() or 'open'."
          value={fallback}
          spellCheck={false}
          onChange={({ target }) => setFallback(target.value)}
        />
        <CheckField
          label="Never null"
          checked={required}
          onChange={({ target }) => setRequired(target.checked)}
        />
        {add.error !== null && <ErrorNote error={add.error} />}
      </Form>
    </Dialog>
  );
}
