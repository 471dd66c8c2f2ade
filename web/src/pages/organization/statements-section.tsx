import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { useOrganization } from './use-organization.ts';

type Statement = AnswerOf<'listStatements'>[number];

const dollars = (cents: number) => `${(cents / 100).toFixed(2)} USD`;
const isPlan = ({ item }: Statement['lines'][number]) => item === 'plan';
const sum = (lines: Statement['lines']) => lines.reduce((total, { cents }) => total + cents, 0);

const COLUMNS: readonly Column<Statement>[] = [
  { label: 'Month', cell: ({ month, status }) => (status === 'open' ? `${month}, so far` : month) },
  { label: 'Plan', figures: true, cell: ({ lines }) => dollars(sum(lines.filter(isPlan))) },
  {
    label: 'Usage beyond it',
    figures: true,
    cell: ({ lines }) => dollars(sum(lines.filter((line) => !isPlan(line)))),
  },
  { label: 'Together', figures: true, cell: ({ total_cents: cents }) => dollars(cents) },
];

export function StatementsSection() {
  const { slug } = useOrganization();
  const statements = useAnswer('listStatements', { params: { slug } });
  return (
    <Section title="Statements" about="What each month comes to, in UTC.">
      <Loaded query={statements} lines={3}>
        {(rows) => (
          <DataTable
            label="What each month comes to"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ month }) => month}
          />
        )}
      </Loaded>
    </Section>
  );
}
