import { useState } from 'react';
import { isIn, textIn } from '../../api/rows.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, ErrorNote, Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { DataTable } from '../../ui/table.tsx';
import { quoteName } from '../sql/sql-text.ts';
import { policiesSql, tablesSql } from './catalogue-sql.ts';
import { NewPolicyDialog } from './new-policy-dialog.tsx';
import { type TableName, useRows } from './use-catalogue.ts';
import { useWrite } from './use-write.ts';

interface PoliciesProps {
  readonly name: TableName;
  readonly mayWrite: boolean;
}

/** Who reaches which rows through the API. */
export function Policies({ name, mayWrite }: PoliciesProps) {
  const { ref, schema, table } = name;
  const place = `${quoteName(schema)}.${quoteName(table)}`;
  const [adding, setAdding] = useState(false);
  const tables = useRows(ref, tablesSql(schema));
  const policies = useRows(ref, policiesSql(schema, table));
  const known = tables.data?.find((row) => textIn(row, 'name') === table);
  const change = useWrite(ref, 'It is in force.');
  if (known === undefined || isIn(known, 'is_view')) return null;
  const on = isIn(known, 'rls');
  return (
    <Section
      title="Row-level security"
      about={on ? 'On: the API shows what a policy permits.' : undefined}
      actions={
        mayWrite && (
          <>
            <Button icon="plus" onClick={() => setAdding(true)}>
              Policy
            </Button>
            <Button
              busy={change.busy}
              onClick={() =>
                change.run({
                  query: `alter table ${place} ${on ? 'disable' : 'enable'} row level security`,
                  parameters: [],
                })
              }
            >
              {on ? 'Turn off' : 'Turn on'}
            </Button>
          </>
        )
      }
    >
      {!on && <Notice tone="warn" title="Off: whoever has the publishable key reads and writes all of it." />}
      {change.error !== null && <ErrorNote error={change.error} />}
      <Loaded query={policies} lines={2}>
        {(rows) =>
          rows.length === 0 ? (
            on && <Empty title="No policies: the API shows no row of it" />
          ) : (
            <DataTable
              label="Policies"
              rows={rows}
              keyOf={(row) => textIn(row, 'name')}
              columns={[
                { label: 'Policy', cell: (row) => textIn(row, 'name') },
                { label: 'For', cell: (row) => textIn(row, 'command').toLowerCase() },
                { label: 'Roles', cell: (row) => textIn(row, 'roles') },
                {
                  label: 'Where',
                  cell: (row) => <code>{textIn(row, 'using') || textIn(row, 'checking')}</code>,
                },
                {
                  label: 'Actions',
                  unlabelled: true,
                  figures: true,
                  cell: (row) =>
                    mayWrite && (
                      <Button
                        tone="quiet"
                        aria-label={`Drop ${textIn(row, 'name')}`}
                        onClick={() =>
                          change.run({
                            query: `drop policy ${quoteName(textIn(row, 'name'))} on ${place}`,
                            parameters: [],
                          })
                        }
                      >
                        Drop
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Loaded>
      {adding && <NewPolicyDialog name={name} onClose={() => setAdding(false)} />}
    </Section>
  );
}
