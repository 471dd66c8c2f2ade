import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type Row, numberIn, textIn } from '../../api/rows.ts';
import { Button } from '../../ui/button.tsx';
import { Loaded, Skeleton } from '../../ui/skeleton.tsx';
import { ConfirmDialog } from '../project/confirm-dialog.tsx';
import { useMay } from '../project/use-project.ts';
import { FilterBar } from './filter-bar.tsx';
import { NewColumnDialog } from './new-column-dialog.tsx';
import { Policies } from './policies.tsx';
import { RowDialog } from './row-dialog.tsx';
import { RowGrid } from './row-grid.tsx';
import { COUNTED, PAGE_ROWS, type View, countSql, deleteSql, parametersOf, selectSql } from './row-sql.ts';
import styles from './tables-page.module.css';
import { type Column, type TableName, useColumns, useRows } from './use-catalogue.ts';
import { useWrite } from './use-write.ts';

export function TableView({ name }: { readonly name: TableName }) {
  const columns = useColumns(name);
  return columns === undefined ? <Skeleton lines={8} /> : <Rows name={name} columns={columns} />;
}

interface RowsProps {
  readonly name: TableName;
  readonly columns: readonly Column[];
}

type Open = 'column' | 'row' | { readonly row: Row; readonly what: 'edit' | 'delete' } | undefined;

const keyOf = (columns: readonly Column[], row: Row) =>
  Object.fromEntries(columns.filter(({ isKey }) => isKey).map((key) => [key.name, textIn(row, key.name)]));

function Rows({ name, columns }: RowsProps) {
  const search = useSearch({ from: '/inside/projects/$ref/tables' });
  const navigate = useNavigate({ from: '/projects/$ref/tables' });
  const known = (column: string | undefined) => columns.some((each) => each.name === column);
  const { filter, sort, down = false, page = 0 } = search;
  const view: View = {
    filter: known(filter?.column) ? filter : undefined,
    sort: known(sort) ? sort : undefined,
    down,
    page,
  };
  const keyed = columns.some(({ isKey }) => isKey);
  const mayWrite = useMay('database_write');
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const parameters = parametersOf(view.filter);
  const rows = useRows(name.ref, selectSql(name, columns, view), parameters, true);
  const count = useRows(name.ref, countSql(name, view.filter), parameters, true);
  const remove = useWrite(name.ref, 'The row is deleted.', close);
  const total = count.data?.[0] === undefined ? undefined : numberIn(count.data[0], 'count');
  const show = (change: object) => void navigate({ search: (last) => ({ ...last, page: 0, ...change }) });

  return (
    <>
      <div className={styles['toolbar']}>
        <FilterBar columns={columns} filter={view.filter} onFilter={(next) => show({ filter: next })} />
        {mayWrite && (
          <span className={styles['tools']}>
            <Button icon="plus" onClick={() => setOpen('row')}>
              Row
            </Button>
            <Button icon="plus" onClick={() => setOpen('column')}>
              Column
            </Button>
          </span>
        )}
      </div>
      <Loaded query={rows} lines={8}>
        {(all) => (
          <RowGrid
            name={name}
            columns={columns}
            rows={all}
            view={view}
            editable={mayWrite && keyed}
            keyOf={(row) => keyOf(columns, row)}
            onSort={(column) => show({ sort: column, down: view.sort === column && !view.down })}
            onEdit={(row) => setOpen({ row, what: 'edit' })}
            onDelete={(row) => setOpen({ row, what: 'delete' })}
          />
        )}
      </Loaded>
      <div className={styles['pager']}>
        <span role="status">{total === undefined ? '' : range(page, total)}</span>
        <Button
          icon="left"
          aria-label="Page before"
          disabled={page === 0}
          onClick={() => show({ page: page - 1 })}
        />
        <Button
          icon="right"
          aria-label="Next page"
          disabled={total === undefined || (page + 1) * PAGE_ROWS >= total}
          onClick={() => show({ page: page + 1 })}
        />
      </div>
      {!keyed && <p className={styles['note']}>Rows can be edited where the table has a primary key.</p>}
      <Policies name={name} mayWrite={mayWrite} />
      {open === 'column' && <NewColumnDialog name={name} onClose={close} />}
      {open === 'row' && <RowDialog name={name} columns={columns} onClose={close} />}
      {typeof open === 'object' && open.what === 'edit' && (
        <RowDialog
          name={name}
          columns={columns}
          row={open.row}
          rowKey={keyOf(columns, open.row)}
          onClose={close}
        />
      )}
      {typeof open === 'object' && open.what === 'delete' && (
        <ConfirmDialog
          title={`Delete the row ${Object.values(keyOf(columns, open.row)).join(', ')}?`}
          about="It cannot be brought back but from a backup. What refers to it follows its own rules."
          action="Delete"
          busy={remove.busy}
          error={remove.error}
          onConfirm={() => remove.run(deleteSql(name, keyOf(columns, open.row)))}
          onClose={close}
        />
      )}
    </>
  );
}

function range(page: number, total: number): string {
  if (total === 0) return 'No rows';
  const last = Math.min((page + 1) * PAGE_ROWS, total).toLocaleString();
  const all = total > COUNTED ? `more than ${COUNTED.toLocaleString()}` : total.toLocaleString();
  return `${(page * PAGE_ROWS + 1).toLocaleString()} to ${last} of ${all}`;
}
