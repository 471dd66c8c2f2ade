import { z } from 'zod';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table } from '../kernel/table.port.ts';

/** By what a project is used: the services behind its address, and sessions with its Postgres. */
const USES = [
  'rest',
  'auth',
  'storage',
  'realtime',
  'functions',
  'graphql',
  'pg',
  'analytics',
  'postgres',
] as const;

export type Use = (typeof USES)[number];

/** When the project was last used by each; absent: not since this is kept. */
const activitySchema = z.partialRecord(z.enum(USES), z.iso.datetime());

export type Activity = Readonly<z.infer<typeof activitySchema>>;

export const activityKey = (ref: ProjectRef) => ({ pk: `PROJECT#${ref}`, sk: 'ACTIVITY' });

export async function storedActivity(ref: ProjectRef, table: Table): Promise<Activity> {
  const item = await table.get(activityKey(ref));
  return item === undefined ? {} : activitySchema.parse(item.data);
}

/** Of each use the later time; instants in ISO 8601 sort as text. */
export function laterOf(one: Activity, other: Activity): Activity {
  const later = { ...one };
  for (const use of USES) {
    const [a = '', b = ''] = [one[use], other[use]];
    if (b > a) later[use] = b;
  }
  return later;
}

/** The evidence for a verdict: by what the project was used last, and when. */
export function lastUse(activity: Activity): { readonly use: Use; readonly at: string } | undefined {
  return USES.flatMap((use) => {
    const at = activity[use];
    return at === undefined ? [] : [{ use, at }];
  }).reduce<{ readonly use: Use; readonly at: string } | undefined>(
    (last, next) => (last === undefined || next.at > last.at ? next : last),
    undefined,
  );
}
