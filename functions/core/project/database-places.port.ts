import type { Project } from './project.ts';

/** Where a project's Postgres takes connections, and what its things are called there. */
export interface DatabasePlace {
  readonly host: string;
  readonly port: number;
  /** Of its database; null: it has the server for itself, and everything is called what its owner calls it. */
  readonly database: string | null;
  /** Ends the names of its roles. */
  readonly roleSuffix: string;
}

export interface DatabasePlaces {
  /** undefined: it has none now. */
  of(project: Pick<Project, 'ref' | 'tier' | 'cell'>): Promise<DatabasePlace | undefined>;
}
