import { leading } from '../kernel/characters.ts';
import type { QueryError } from '../project/databases.port.ts';

/** Half of what psql shows of a long line. */
const AROUND = 60;

/** What Postgres said, with the line it is about and a mark below the place, as Supabase tells it. */
export function describeFailure(sql: string, { sqlstate, message, position }: QueryError): string {
  const [first = '', ...more] = message.split('\n');
  return [`ERROR:  ${sqlstate}: ${first}`, ...excerpt(sql, position), ...more].join('\n');
}

function excerpt(sql: string, position: number | undefined): readonly string[] {
  if (position === undefined) return [];
  const before = leading(sql, position - 1);
  const lines = before.split('\n');
  const start = before.length - (lines.at(-1)?.length ?? 0);
  const line = sql.slice(start).split('\n', 1)[0] ?? '';
  const from = Math.max(0, before.length - start - AROUND);
  const label = `LINE ${lines.length}: `;
  const shown = line.slice(from, before.length - start + AROUND).replaceAll('\t', ' ');
  return [label + shown, `${' '.repeat(label.length + before.length - start - from)}^`];
}
