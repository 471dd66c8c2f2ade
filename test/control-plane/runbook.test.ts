import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { alarmsOf } from '../../infra/cell/alarm-table.ts';
import { GATEWAY_ALARMS } from '../../infra/cell/postgres-gateway/alarm-table.ts';
import { stagePolicy } from '../../infra/cell/settings.ts';
import { ALARMS } from '../../infra/control-plane/plan/alarm-table.ts';

const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^## (.+)$/gm)].map(
  ([, name = '']) => name,
);

it('the runbook has an entry for every alarm, and for nothing that raises none', () => {
  const alarms = [...ALARMS, ...alarmsOf(stagePolicy('production')), ...GATEWAY_ALARMS].map(
    ({ name }) => name,
  );
  expect(headings.toSorted()).toEqual(alarms.toSorted());
});
