/** The SQL that makes a plain database a project's, as the composition root hands it in. */
export interface DatabaseScripts {
  /** The scripts of the packs, in order; with what ends the names of the project's own roles on a shared cluster. */
  of(
    packs: readonly string[],
    roleSuffix: string,
  ): readonly { readonly name: string; readonly sql: string }[];
  /** Splits SQL text into its statements. */
  statementsOf(sql: string): readonly string[];
  /** The login roles that share the project's service password. */
  readonly serviceRoles: readonly string[];
}
