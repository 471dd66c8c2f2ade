import { type KeyboardEvent, useState } from 'react';
import type { Row } from '../../api/rows.ts';
import { IconButton } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/notice.tsx';
import { Cell, textOf } from '../sql/cell.tsx';
import grid from '../sql/results.module.css';
import { type View, updateSql } from './row-sql.ts';
import styles from './tables-page.module.css';
import type { Column, TableName } from './use-catalogue.ts';
import { useWrite } from './use-write.ts';

interface RowGridProps {
  readonly name: TableName;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly view: View;
  readonly editable: boolean;
  readonly keyOf: (row: Row) => Readonly<Record<string, string>>;
  readonly onSort: (column: string) => void;
  readonly onEdit: (row: Row) => void;
  readonly onDelete: (row: Row) => void;
}

export function RowGrid(props: RowGridProps) {
  const { name, columns, rows, view, editable, keyOf, onSort, onEdit, onDelete } = props;
  const [editing, setEditing] = useState<string>();
  const stop = () => setEditing(undefined);
  const update = useWrite(name.ref, 'Saved.', stop);
  const direction = view.down ? 'descending' : 'ascending';
  return (
    <>
      {update.error !== null && <ErrorNote error={update.error} />}
      <div className={grid['scroll']} role="region" aria-label={`Rows of ${name.table}`} tabIndex={0}>
        <table className={grid['grid']}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" aria-sort={view.sort === column.name ? direction : 'none'}>
                  <button type="button" className={styles['sort']} onClick={() => onSort(column.name)}>
                    {column.name}
                    <span className={styles['type']}>
                      {column.isKey && 'key, '}
                      {column.type}
                    </span>
                    {view.sort === column.name && (view.down ? ' ↓' : ' ↑')}
                  </button>
                </th>
              ))}
              {editable && (
                <th scope="col">
                  <span className={styles['hidden']}>Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const key = keyOf(row);
              const id = JSON.stringify(editable ? key : row);
              return (
                <tr key={id}>
                  {columns.map((column) => {
                    const at = `${id} ${column.name}`;
                    if (!editable || column.made) {
                      return (
                        <td key={column.name}>
                          <Cell value={row[column.name]} />
                        </td>
                      );
                    }
                    return (
                      <td key={column.name} className={styles['cell']}>
                        {editing === at ? (
                          <CellInput
                            label={column.name}
                            value={row[column.name]}
                            onStop={stop}
                            onSave={(value) => update.run(updateSql(name, { [column.name]: value }, key))}
                          />
                        ) : (
                          <button type="button" title="Edit" onClick={() => setEditing(at)}>
                            <Cell value={row[column.name]} />
                          </button>
                        )}
                      </td>
                    );
                  })}
                  {editable && (
                    <td className={styles['actions']}>
                      <IconButton icon="edit" label="Edit row" onClick={() => onEdit(row)} />
                      <IconButton icon="trash" label="Delete row" onClick={() => onDelete(row)} />
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface CellInputProps {
  readonly label: string;
  readonly value: unknown;
  readonly onSave: (value: string) => void;
  readonly onStop: () => void;
}

/** Enter saves, Escape and going elsewhere do not. To make a value null, edit the row. */
function CellInput({ label, value, onSave, onStop }: CellInputProps) {
  const before = value === null ? '' : textOf(value);
  const [text, setText] = useState(before);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'Escape') onStop();
    if (key === 'Enter') {
      if (text === before) onStop();
      else onSave(text);
    }
  };
  return (
    <input
      aria-label={label}
      value={text}
      autoFocus
      onChange={({ target }) => setText(target.value)}
      onKeyDown={onKeyDown}
      onBlur={onStop}
    />
  );
}
