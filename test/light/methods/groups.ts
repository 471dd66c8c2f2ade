import { auth } from './auth.ts';
import type { MethodGroup, Outcome, StartProject } from './method.ts';
import { queryBuilder } from './query-builder.ts';
import { storage } from './storage.ts';

/** Every client of supabase-js whose methods are tried. */
export const GROUPS: readonly MethodGroup[] = [queryBuilder, storage, auth];

export type GroupOutcome = { client: string; outcomes: readonly Outcome[] };

export async function tryEverything(start?: StartProject): Promise<GroupOutcome[]> {
  const results: GroupOutcome[] = [];
  for (const { client, tryAll } of GROUPS) results.push({ client, outcomes: await tryAll(start) });
  return results;
}
