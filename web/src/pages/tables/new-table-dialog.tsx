import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { CheckField, SelectField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useProject } from '../project/use-project.ts';
import { quoteName } from '../sql/sql-text.ts';
import { COLUMN_TYPES } from './column-types.ts';
import styles from './tables-page.module.css';
import { useWrite } from './use-write.ts';

interface NewTableDialogProps {
  readonly schema: string;
  readonly onClose: () => void;
}

interface Draft {
  readonly name: string;
  readonly type: string;
}

/** A table with an id of its own, and row-level security from the start: nobody reaches it before a policy says so. */
export function NewTableDialog({ schema, onClose }: NewTableDialogProps) {
  const { ref } = useProject();
  const navigate = useNavigate();
  const [table, setTable] = useState('');
  const [columns, setColumns] = useState<readonly Draft[]>([{ name: '', type: 'text' }]);
  const [secured, setSecured] = useState(true);
  const create = useWrite(ref, `The table ${table} is there.`, () => {
    onClose();
    void navigate({ to: '/projects/$ref/tables', params: { ref }, search: { schema, table } });
  });
  const change = (at: number, to: Partial<Draft>) =>
    setColumns(columns.map((column, index) => (index === at ? { ...column, ...to } : column)));
  const submit = () => {
    const place = `${quoteName(schema)}.${quoteName(table)}`;
    const own = columns
      .filter(({ name }) => name !== '')
      .map(({ name, type }) => `${quoteName(name)} ${type}`);
    const all = ['id bigint generated always as identity primary key', ...own].join(', ');
    const secure = secured ? `; alter table ${place} enable row level security` : '';
    create.run({ query: `create table ${place} (${all})${secure}`, parameters: [] });
  };
  return (
    <FormDialog
      title={`New table in ${schema}`}
      about="It has an id as its primary key."
      action="Create table"
      busy={create.busy}
      error={create.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Name of the table"
        value={table}
        required
        onChange={({ target }) => setTable(target.value)}
      />
      {columns.map((column, at) => (
        <div key={at} className={styles['draft']}>
          <TextField
            label={`Column ${at + 1}`}
            value={column.name}
            onChange={({ target }) => change(at, { name: target.value })}
          />
          <SelectField
            label="Type"
            aria-label={`Type of column ${at + 1}`}
            options={COLUMN_TYPES}
            value={column.type}
            onChange={({ target }) => change(at, { type: target.value })}
          />
          <IconButton
            icon="close"
            label={`Leave column ${at + 1} out`}
            onClick={() => setColumns(columns.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <div>
        <Button icon="plus" onClick={() => setColumns([...columns, { name: '', type: 'text' }])}>
          Column
        </Button>
      </div>
      <CheckField
        label="Row-level security"
        hint="The API shows no row before a policy permits it."
        checked={secured}
        onChange={({ target }) => setSecured(target.checked)}
      />
    </FormDialog>
  );
}
