import type { ReactNode } from 'react';
import styles from './table.module.css';

export interface Column<Row> {
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  readonly figures?: boolean;
  /** Left out where there is no room. */
  readonly minor?: boolean;
  /** The column's name is for those who can't see that it needs none. */
  readonly unlabelled?: boolean;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/** A list of things, a line each. */
export function DataTable<Row>({ label, columns, rows, keyOf }: DataTableProps<Row>) {
  const classOf = ({ figures, minor }: Column<Row>) =>
    [figures === true && styles['figures'], minor === true && styles['minor']].filter(Boolean).join(' ');
  return (
    <div className={styles['scroll']} role="region" aria-label={label} tabIndex={0}>
      <table className={styles['table']}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={classOf(column)}>
                {column.unlabelled === true ? (
                  <span className={styles['hidden']}>{column.label}</span>
                ) : (
                  column.label
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.label} className={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
