/** The SQL that makes a plain database a project's, as the composition root hands it in. */
export interface DatabaseScript {
  /** Unique over all packs. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

export interface DatabaseScripts {
  /** The scripts of the packs, in order; each may be run again. */
  of(packs: readonly string[]): readonly DatabaseScript[];
  /** Splits SQL text into its statements. */
  statementsOf(sql: string): readonly string[];
  /** The packs that every template has, so that prepared clusters have them already. */
  readonly prepared: readonly string[];
  /** The login roles that share the project's service password. */
  readonly serviceRoles: readonly string[];
}
