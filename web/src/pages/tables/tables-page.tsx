import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { textIn } from '../../api/rows.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useMay, useProject } from '../project/use-project.ts';
import { SCHEMAS_SQL, tablesSql } from './catalogue-sql.ts';
import { NewTableDialog } from './new-table-dialog.tsx';
import { TableList } from './table-list.tsx';
import { TableView } from './table-view.tsx';
import styles from './tables-page.module.css';
import { useRows } from './use-catalogue.ts';

export function TablesPage() {
  const { ref, name } = useProject();
  const { schema = 'public', table } = useSearch({ from: '/inside/projects/$ref/tables' });
  const navigate = useNavigate({ from: '/projects/$ref/tables' });
  const mayWrite = useMay('database_write');
  const [making, setMaking] = useState(false);
  const schemas = useRows(ref, SCHEMAS_SQL);
  const tables = useRows(ref, tablesSql(schema));
  const names = (schemas.data ?? []).map((row) => textIn(row, 'name'));
  return (
    <Page
      title="Tables"
      of={name}
      wide
      actions={
        mayWrite && (
          <Button tone="primary" icon="plus" onClick={() => setMaking(true)}>
            New table
          </Button>
        )
      }
    >
      <div className={styles['layout']}>
        <div className={styles['side']}>
          <SelectField
            label="Schema"
            options={(names.length === 0 ? [schema] : names).map((each) => ({ value: each, label: each }))}
            value={schema}
            onChange={({ target }) => void navigate({ search: { schema: target.value } })}
          />
          <Loaded query={tables}>
            {(rows) => <TableList refOfProject={ref} schema={schema} chosen={table} rows={rows} />}
          </Loaded>
        </div>
        <div className={styles['main']}>
          {table === undefined ? (
            <Empty
              title={tables.data?.length === 0 ? 'No tables in this schema' : 'Choose a table'}
              actions={mayWrite && <Button onClick={() => setMaking(true)}>New table</Button>}
            >
              Rows are shown, filtered and edited here; the REST API and the SQL editor work on the same ones.
            </Empty>
          ) : (
            <TableView key={`${schema}.${table}`} name={{ ref, schema, table }} />
          )}
        </div>
      </div>
      {making && <NewTableDialog schema={schema} onClose={() => setMaking(false)} />}
    </Page>
  );
}
