import { useMemo } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Chart } from '../../ui/chart.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { sizeOf } from '../../ui/size.ts';
import { Loaded } from '../../ui/skeleton.tsx';
import { useProject } from './use-project.ts';

const UNTIL_MEASURED_MS = 10_000;
const AT_REST_MS = 600_000;

type Sizes = AnswerOf<'getProjectUsage'>['sizes'];

/** How the database and the files have grown in this month. */
export function SizeSection() {
  const { ref } = useProject();
  const usage = useAnswer(
    'getProjectUsage',
    { params: { ref }, query: {} },
    { every: (known) => (known?.sizes.length === 0 ? UNTIL_MEASURED_MS : AT_REST_MS) },
  );
  const last = usage.data?.sizes.at(-1);
  return (
    <Section
      title="Size"
      about={
        last &&
        `Database ${sizeOf(last.database_bytes)}, files ${sizeOf(last.storage_bytes)}: as last measured, once an hour while the project runs.`
      }
    >
      <Loaded query={usage}>{({ sizes }) => <Growth sizes={sizes} />}</Loaded>
    </Section>
  );
}

function Growth({ sizes }: { readonly sizes: Sizes }) {
  const times = useMemo(() => sizes.map(({ at }) => Date.parse(at) / 1000), [sizes]);
  const series = useMemo(
    () => [
      { label: 'Database', values: sizes.map((each) => each.database_bytes) },
      { label: 'Files', values: sizes.map((each) => each.storage_bytes) },
    ],
    [sizes],
  );
  if (sizes.length === 0)
    return (
      <Empty title="No measurements in this month yet">
        A project that runs is measured within the hour.
      </Empty>
    );
  return (
    <Chart
      label="Size of the database and the files over time"
      times={times}
      series={series}
      format={sizeOf}
    />
  );
}
