import type { Use } from '../project/activity.ts';
import type { MeteredService } from './meters.ts';

/** Nobody who has no key uses a project, however often they ask. */
const WITHOUT_KEY = 401;

/** By what a project was used with a request; undefined: that was no use of it. */
export function useOf({
  service,
  status,
}: {
  readonly service: MeteredService;
  readonly status: number;
}): Use | undefined {
  return service === 'other' || status === WITHOUT_KEY ? undefined : service;
}
