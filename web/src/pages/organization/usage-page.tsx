import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { PlanSection } from './plan-section.tsx';
import { StatementsSection } from './statements-section.tsx';
import styles from './usage-page.module.css';
import { useOrganization } from './use-organization.ts';

type Item = AnswerOf<'getOrganizationUsage'>['items'][number];

const figure = (value: number) => value.toLocaleString(undefined, { maximumFractionDigits: 2 });

const COLUMNS: readonly Column<Item>[] = [
  {
    label: 'What',
    cell: ({ title, project }) => (
      <>
        {title}
        {project !== null && <span className={styles['of']}> in {project}, which comes nearest</span>}
      </>
    ),
  },
  { label: 'Used', figures: true, cell: ({ used, unit }) => `${figure(used)} ${unit}` },
  {
    label: 'Included',
    figures: true,
    cell: ({ limit, unit }) => (limit === null ? 'No limit' : `${figure(limit)} ${unit}`),
  },
  {
    label: 'Share',
    minor: true,
    cell: ({ title, percent }) =>
      percent !== null && (
        <span className={styles['share']}>
          <meter
            aria-label={`Share of ${title}`}
            min={0}
            max={100}
            high={80}
            optimum={0}
            value={Math.min(percent, 100)}
          />
          {percent} %
        </span>
      ),
  },
];

export function UsagePage() {
  const { slug, name } = useOrganization();
  const usage = useAnswer('getOrganizationUsage', { params: { slug } });
  return (
    <Page title="Usage and plan" of={name}>
      <Loaded query={usage} lines={8}>
        {({ month, items, restrictions }) => (
          <Section title="This month" about={`Of ${month}, in UTC, against what the plan includes.`}>
            {restrictions.map(({ project, item, message }) => (
              <Notice key={`${project} ${item}`} tone="warn" title={project}>
                <p>{message}</p>
              </Notice>
            ))}
            {items.length === 0 ? (
              <Empty title="Nothing has been used yet" />
            ) : (
              <DataTable label="Usage" columns={COLUMNS} rows={items} keyOf={({ item }) => item} />
            )}
          </Section>
        )}
      </Loaded>
      <PlanSection />
      <StatementsSection />
    </Page>
  );
}
