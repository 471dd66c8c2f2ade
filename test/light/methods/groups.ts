import { type MethodGroup, type Outcome, outcomeOf, type Tried } from './method.ts';
import { queryBuilder } from './query-builder.ts';

/** Every client of supabase-js whose methods are tried. */
export const GROUPS: readonly MethodGroup[] = [queryBuilder];

export type GroupOutcome = { client: string; outcomes: readonly Outcome[] };

/** One after the other, since methods see each other's rows. */
export async function tryAll(on: Tried): Promise<GroupOutcome[]> {
  const results: GroupOutcome[] = [];
  for (const { client, prepare, methods } of GROUPS) {
    await prepare(on);
    const outcomes: Outcome[] = [];
    for (const method of methods) outcomes.push(await outcomeOf(method, on));
    results.push({ client, outcomes });
  }
  return results;
}
