import { metricsOperations } from '../../contract/metrics.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { stateMetrics } from '../../core/metrics/state-metrics.ts';
import { NOT_THE_OPERATOR, isOperator } from '../../core/organization/operator.ts';
import { writeExposition } from '../../core/usage/exposition.ts';
import type { MetricsPorts } from '../call.ts';
import { type Route, routing } from '../route.ts';

const O = metricsOperations;
const { onCaller } = routing<MetricsPorts>();

export const metricsRoutes: Record<keyof typeof metricsOperations, Route<MetricsPorts>> = {
  readMetrics: onCaller(O.readMetrics, async ({ principal, ports }) => {
    if (!(await isOperator(principal, ports))) return NOT_THE_OPERATOR;
    const [state, process] = await Promise.all([stateMetrics(ports), ports.meter?.text() ?? '']);
    return ok(writeExposition(state) + process);
  }),
};
