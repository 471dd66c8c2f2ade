import { useMemo, useState } from 'react';
import { useAnswer } from '../../api/hooks.ts';
import type { AnswerOf } from '../../api/types.ts';
import { Chart } from '../../ui/chart.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/page.tsx';
import { Loaded } from '../../ui/skeleton.tsx';
import { useProject } from './use-project.ts';

const SPANS = [
  { value: '1hr', label: 'Last hour' },
  { value: '1day', label: 'Last day' },
  { value: '7day', label: 'Last week' },
] as const;

type Counts = AnswerOf<'countApiRequests'>['result'];

export function ChartsSection() {
  const { ref } = useProject();
  const [span, setSpan] = useState<(typeof SPANS)[number]['value']>('1hr');
  const requests = useAnswer(
    'countApiRequests',
    { params: { ref }, query: { interval: span } },
    { keep: true },
  );
  return (
    <Section
      title="Requests"
      actions={
        <SelectField
          label="Time span"
          options={SPANS}
          value={span}
          onChange={({ target }) =>
            setSpan(SPANS.find(({ value }) => value === target.value)?.value ?? '1hr')
          }
        />
      }
    >
      <Loaded query={requests}>{({ result }) => <Requests counts={result} />}</Loaded>
    </Section>
  );
}

function Requests({ counts }: { readonly counts: Counts }) {
  const times = useMemo(() => counts.map(({ timestamp }) => Date.parse(timestamp) / 1000), [counts]);
  const series = useMemo(
    () => [
      { label: 'REST', values: counts.map((each) => each.total_rest_requests) },
      { label: 'Auth', values: counts.map((each) => each.total_auth_requests) },
      { label: 'Storage', values: counts.map((each) => each.total_storage_requests) },
      { label: 'Realtime', values: counts.map((each) => each.total_realtime_requests) },
    ],
    [counts],
  );
  if (counts.length === 0) return <Empty title="No requests in this time" />;
  return <Chart label="Requests over time, by service" times={times} series={series} />;
}
