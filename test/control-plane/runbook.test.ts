import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { JOB_NAMES } from '../../functions/contract/jobs.ts';
import { alarmsOf } from '../../infra/cell/alarm-table.ts';
import { GATEWAY_ALARMS } from '../../infra/cell/postgres-gateway/alarm-table.ts';
import { stagePolicy } from '../../infra/cell/settings.ts';
import { ALARMS } from '../../infra/control-plane/plan/alarm-table.ts';

const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (.+)$/gm)].map(
  ([, name = '']) => name,
);

it('the runbook has an entry for every alarm and every job, and for nothing else', () => {
  const alarms = [...ALARMS, ...alarmsOf(stagePolicy('production')), ...GATEWAY_ALARMS].map(
    ({ name }) => name,
  );
  // Those of one machine have alerts of Prometheus alone.
  const ofJobs = JOB_NAMES.flatMap((name) => [`${name}-did-not-run`, `${name}-fell-behind`]);
  expect(headings.toSorted()).toEqual([...new Set([...alarms, ...ofJobs])].toSorted());
});

it('every alert leads to an entry of the runbook', () => {
  const alerts = readFileSync('docs/grafana/alerts.yaml', 'utf8');
  const jobs: readonly string[] = JOB_NAMES;
  const linked = [...alerts.matchAll(/runbook\.md#([^'\n]+)/g)].flatMap(([, name = '']) =>
    name.includes('{{') ? jobs.map((job) => name.replace(/\{\{.*?\}\}/, job)) : [name],
  );
  expect(linked.length).toBeGreaterThan(jobs.length);
  expect(linked.filter((name) => !headings.includes(name))).toEqual([]);
});
