import type { AnyAST } from '@supabase/lite';
import type { RequestScope } from './request-scope.ts';

type Asking = Pick<RequestScope, 'caller' | 'headers' | 'known'>;

/** A request asks for what the project has not switched on; in PostgREST's words. */
export class Disallowed extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Off unless `pgrst.db_plan_enabled` is on, as on Supabase: plans tell of rows and policies that a client cannot
 * see. Whoever has a secret key sees them anyway.
 */
export function disallowedPlan({ caller, headers, known }: Asking): Response | undefined {
  const accept = headers['accept'] ?? '';
  if (!accept.includes('application/vnd.pgrst.plan') || caller.role === 'service_role') return undefined;
  if (known.options['pgrst.db_plan_enabled'] === 'true') return undefined;
  const message = `None of these media types are available: ${accept}`;
  return Response.json({ code: 'PGRST107', details: null, hint: null, message }, { status: 406 });
}

/** Off unless `pgrst.db_aggregates_enabled` is on, as on Supabase: one request could read a whole large table. */
export function disallowedAggregate(ast: AnyAST, { known }: Pick<Asking, 'known'>): Disallowed | undefined {
  if (known.options['pgrst.db_aggregates_enabled'] === 'true' || !hasAggregate(ast.select)) return undefined;
  return new Disallowed(400, 'PGRST123', 'Use of aggregate functions is not allowed');
}

/** In the columns themselves or in those of anything embedded. */
function hasAggregate(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('aggregate' in node && node.aggregate !== undefined && !('bareCount' in node)) return true;
  return Object.values(node).some(hasAggregate);
}
