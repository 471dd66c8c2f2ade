import type { SupabaseClient } from '@supabase/supabase-js';
import type { RunningProject, Settings } from '../running-project.ts';

/** What a method is tried on. */
interface Tried {
  readonly project: RunningProject;
  /** A client with the service_role key. */
  readonly service: SupabaseClient;
}

/** A method of a client of supabase-js, and how to find out whether it does what Supabase would do. */
export interface Method<On = Tried> {
  readonly name: string;
  /** What is different from Supabase although the method works, in a few words. */
  readonly differs?: string;
  /** Why there is a refusal instead, which the attempt is to see. */
  readonly refused?: string;
  /** Throws unless the method had its effect. */
  readonly attempt: (on: On) => Promise<void>;
}

export type Outcome = { name: string; outcome: 'works' | 'differs' | 'refused' | 'fails'; note: string };

/** The methods of one client, and a project of their own to try them on. */
export interface MethodGroup {
  readonly client: string;
  readonly names: readonly string[];
  /** Without a way to start a project, it runs as in every other test. */
  readonly tryAll: (start?: StartProject) => Promise<Outcome[]>;
}

export type StartProject = (settings: Settings) => Promise<RunningProject>;

/** One after the other, since methods see each other's rows. */
export async function outcomesOf<On>(methods: readonly Method<On>[], on: On): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const method of methods) outcomes.push(await outcomeOf(method, on));
  return outcomes;
}

async function outcomeOf<On>({ name, differs, refused, attempt }: Method<On>, on: On): Promise<Outcome> {
  try {
    await attempt(on);
    if (refused !== undefined) return { name, outcome: 'refused', note: refused };
    return { name, outcome: differs === undefined ? 'works' : 'differs', note: differs ?? '' };
  } catch (error) {
    return { name, outcome: 'fails', note: error instanceof Error ? error.message : String(error) };
  }
}
