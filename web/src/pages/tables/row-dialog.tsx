import { useState } from 'react';
import type { Row } from '../../api/rows.ts';
import { CheckField, TextField } from '../../ui/field.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { textOf } from '../sql/cell.tsx';
import { insertSql, updateSql } from './row-sql.ts';
import type { Column, TableName } from './use-catalogue.ts';
import { useWrite } from './use-write.ts';

interface RowDialogProps {
  readonly name: TableName;
  readonly columns: readonly Column[];
  /** The row that is edited; a new one where there is none. */
  readonly row?: Row;
  readonly rowKey?: Readonly<Record<string, string>>;
  readonly onClose: () => void;
}

/** All of a row. Of a new one, what is left empty gets its default. */
export function RowDialog({ name, columns, row, rowKey, onClose }: RowDialogProps) {
  const [values, setValues] = useState<Readonly<Record<string, string | null>>>({});
  const write = useWrite(name.ref, 'Saved.', onClose);
  const shown = (column: string) => {
    const before = row === undefined || row[column] === null ? '' : textOf(row[column]);
    return values[column] ?? (values[column] === null ? '' : before);
  };
  const isNull = (column: string) =>
    column in values ? values[column] === null : row !== undefined && row[column] === null;
  const set = (column: string, value: string | null) => setValues({ ...values, [column]: value });
  const submit = () => {
    if (rowKey === undefined) write.run(insertSql(name, values));
    else if (Object.keys(values).length === 0) onClose();
    else write.run(updateSql(name, values, rowKey));
  };
  return (
    <FormDialog
      title={row === undefined ? `New row in ${name.table}` : `Row of ${name.table}`}
      action="Save"
      busy={write.busy}
      error={write.error}
      onSubmit={submit}
      onClose={onClose}
    >
      {columns
        .filter(({ made }) => !made)
        .map((column) => (
          <div key={column.name}>
            <TextField
              label={column.name}
              hint={`${column.type}${column.fallback === '' ? '' : `, by default ${column.fallback}`}`}
              value={shown(column.name)}
              onChange={({ target }) => set(column.name, target.value)}
            />
            {column.nullable && (
              <CheckField
                label="Null"
                aria-label={`${column.name} is null`}
                checked={isNull(column.name)}
                onChange={({ target }) => set(column.name, target.checked ? null : '')}
              />
            )}
          </div>
        ))}
    </FormDialog>
  );
}
