import { useState } from 'react';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
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
  const submit = () => {
    const parts = [
      `alter table ${quoteName(name.schema)}.${quoteName(name.table)} add column ${quoteName(column)} ${type}`,
      required ? 'not null' : '',
      fallback === '' ? '' : `default ${fallback}`,
    ];
    add.run({ query: parts.filter((part) => part !== '').join(' '), parameters: [] });
  };
  return (
    <FormDialog
      title={`New column in ${name.table}`}
      action="Add column"
      busy={add.busy}
      error={add.error}
      onSubmit={submit}
      onClose={onClose}
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
    </FormDialog>
  );
}
