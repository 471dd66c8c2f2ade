import type { ProjectRef } from '../kernel/ids.ts';
import type { ProjectPorts } from '../project/ports.ts';

/**
 * Sessions that are at work now, of people and not of the project's own services, whose use is known otherwise. One
 * that is idle does no work; where a database cannot tell, somebody may well be at work on it.
 */
const SQL = `select count(*)::int as busy from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
  and state in ('active', 'idle in transaction', 'fastpath function call')
  and usename !~ '^(authenticator|supabase_|light_|baseplane_)'`;

export async function hasBusySessions(
  ref: ProjectRef,
  { databases }: Pick<ProjectPorts, 'databases'>,
): Promise<boolean> {
  const answer = await databases.query(ref, { sql: SQL, readOnly: false });
  return !answer.ok || answer.value[0]?.['busy'] !== 0;
}
