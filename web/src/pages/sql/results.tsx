import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { download } from '../../ui/download.ts';
import { Empty, ErrorNote } from '../../ui/notice.tsx';
import { Cell } from './cell.tsx';
import styles from './results.module.css';
import { csvText, tableText } from './table-text.ts';
import type { Outcome } from './use-run.ts';

/** More rows than this make a page slow; they are shown when asked for. */
const SHOWN = 200;

/** What came of a run. */
export function Results({ outcome }: { readonly outcome: Outcome | undefined }) {
  if (outcome === undefined) {
    return (
      <Empty title="Results come here">
        Run what you have written, or the part of it that is marked: Ctrl and Enter do it from the editor.
      </Empty>
    );
  }
  if (outcome.rows === undefined) return <ErrorNote error={outcome.error} />;
  return <Grid key={outcome.ms} rows={outcome.rows} ms={outcome.ms} />;
}

interface GridProps {
  readonly rows: NonNullable<Outcome['rows']>;
  readonly ms: number;
}

function Grid({ rows, ms }: GridProps) {
  const [shown, setShown] = useState(SHOWN);
  const columns = Object.keys(rows[0] ?? {});
  return (
    <div className={styles['results']}>
      <p className={styles['summary']} role="status">
        <span>
          {rows.length === 0
            ? 'Done, no rows'
            : `${rows.length.toLocaleString()} ${rows.length === 1 ? 'row' : 'rows'}`}
          , {Math.round(ms)} ms
        </span>
        {rows.length > 0 && (
          <>
            <CopyButton label="Copy results as a table" text={tableText(columns, rows)} />
            <Button onClick={() => download('results.csv', 'text/csv', csvText(columns, rows))}>
              Download CSV
            </Button>
          </>
        )}
      </p>
      {columns.length > 0 && (
        <div className={styles['scroll']} role="region" aria-label="Results" tabIndex={0}>
          <table className={styles['grid']}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shown).map((row, index) => (
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column}>
                      <Cell value={row[column]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > shown && (
        <Button onClick={() => setShown(shown + SHOWN)}>
          Show {Math.min(SHOWN, rows.length - shown)} more of {rows.length.toLocaleString()}
        </Button>
      )}
    </div>
  );
}
