import { analyticsOperations } from '../../contract/analytics.contract.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { ok } from '../../core/kernel/result.ts';
import { INTERVALS, type IntervalName, countCalls, countRequests } from '../../core/logs/count-requests.ts';
import { readLogs, rowsIn } from '../../core/logs/read-logs.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onProject } from '../route.ts';

const O = analyticsOperations;

interface Asked {
  readonly sql?: string | undefined;
  readonly iso_timestamp_start?: string | undefined;
  readonly iso_timestamp_end?: string | undefined;
}

const instant = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

async function answer(ref: ProjectRef, query: Asked, ports: ApiPorts) {
  const { sql, iso_timestamp_start: start, iso_timestamp_end: end } = query;
  const found = await readLogs(ref, { sql, from: instant(start), to: instant(end) }, ports);
  return found.ok ? ok({ result: found.value.map((row) => ({ ...row })) }) : found;
}

function lately(ref: ProjectRef, interval: IntervalName, ports: ApiPorts) {
  const to = ports.clock.now();
  return rowsIn(ref, { from: new Date(to.getTime() - INTERVALS[interval].minutes * 60_000), to }, ports);
}

export const analyticsRoutes: Record<keyof typeof analyticsOperations, Route> = {
  queryLogs: onProject(O.queryLogs, ({ project, query, ports }) => answer(project.value.ref, query, ports)),
  queryAllLogs: onProject(O.queryAllLogs, ({ project, query, ports }) =>
    answer(project.value.ref, query, ports),
  ),

  countApiRequests: onProject(O.countApiRequests, async ({ project, query, ports }) => {
    const interval = query.interval ?? '1hr';
    return ok({ result: [...countRequests(await lately(project.value.ref, interval, ports), interval)] });
  }),

  countAllRequests: onProject(O.countAllRequests, async ({ project, ports }) => {
    const rows = await lately(project.value.ref, '1hr', ports);
    return ok({ result: [{ count: rows.filter(({ source }) => source === 'edge_logs').length }] });
  }),

  countFunctionCalls: onProject(O.countFunctionCalls, async ({ project, query, ports }) => {
    const { ref } = project.value;
    const known = (await ports.functions.all(ref)).find(({ id }) => id === query.function_id);
    const rows = await lately(ref, query.interval, ports);
    return ok({ result: known === undefined ? [] : [...countCalls(rows, known.slug, query.interval)] });
  }),
};
