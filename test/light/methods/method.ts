import type { SupabaseClient } from '@supabase/supabase-js';
import type { RunningProject } from '../running-project.ts';

/** What a method is tried on. */
export interface Tried {
  readonly project: RunningProject;
  /** A client with the service_role key. */
  readonly service: SupabaseClient;
}

/** A method of a client of supabase-js, and how to find out whether it does what Supabase would do. */
export interface Method {
  readonly name: string;
  /** What is different from Supabase although the method works, in a few words. */
  readonly differs?: string;
  /** Throws unless the method had its effect. */
  readonly attempt: (on: Tried) => Promise<void>;
}

export interface MethodGroup {
  readonly client: string;
  /** What a project needs before the methods are tried. */
  readonly prepare: (on: Tried) => Promise<void>;
  readonly methods: readonly Method[];
}

export type Outcome = { name: string; outcome: 'works' | 'differs' | 'fails'; note: string };

export async function outcomeOf({ name, differs, attempt }: Method, on: Tried): Promise<Outcome> {
  try {
    await attempt(on);
    return differs === undefined
      ? { name, outcome: 'works', note: '' }
      : { name, outcome: 'differs', note: differs };
  } catch (error) {
    return { name, outcome: 'fails', note: error instanceof Error ? error.message : String(error) };
  }
}
