import { Link } from '@tanstack/react-router';
import { type Row, isIn, textIn } from '../../api/rows.ts';
import styles from './tables-page.module.css';

interface TableListProps {
  readonly refOfProject: string;
  readonly schema: string;
  readonly chosen: string | undefined;
  readonly rows: readonly Row[];
}

export function TableList({ refOfProject: ref, schema, chosen, rows }: TableListProps) {
  return (
    <nav aria-label="Tables">
      <ul className={styles['tables']}>
        {rows.map((row) => {
          const table = textIn(row, 'name');
          return (
            <li key={table}>
              <Link
                to="/projects/$ref/tables"
                params={{ ref }}
                search={{ schema, table }}
                aria-current={chosen === table ? 'page' : undefined}
                activeOptions={{ exact: true, includeSearch: true }}
              >
                <span>{table}</span>
                {isIn(row, 'is_view') && <span className={styles['tag']}>view</span>}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
