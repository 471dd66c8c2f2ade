import type { ProjectSecret } from '../../core/project/project-secret.ts';

/** The SQL that makes a plain database a project's, as the composition root hands it in. */
export interface DatabaseScripts {
  /** The scripts of the packs, in order; with what ends the names of the project's own roles on a shared cluster. */
  of(
    packs: readonly string[],
    roleSuffix: string,
  ): readonly { readonly name: string; readonly sql: string }[];
  /** Splits SQL text into its statements. */
  statementsOf(sql: string): readonly string[];
  /** The login roles, each with its password. */
  passwords(secret: ProjectSecret): ReadonlyMap<string, string>;
}
