import { z } from 'zod';
import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { runQuery } from './run-query.ts';

const rowSchema = z.object({ database: z.string(), schema: z.string(), owner: z.string() });

const SQL = `select current_database() as database, nspname as schema, pg_get_userbyid(nspowner) as owner
  from pg_catalog.pg_namespace where nspname !~ '^pg_(toast|temp)' order by nspname`;

export interface DatabaseDescription {
  readonly name: string;
  readonly schemas: { readonly name: string; readonly owner: string }[];
}

/** The project's databases, of which there is one, with their schemas. */
export async function describeDatabases(
  project: Project,
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<DatabaseDescription[], DomainError>> {
  const read = await runQuery(project, { sql: SQL, readOnly: true }, ports);
  if (!read.ok) return read;
  const rows = read.value.map((row) => rowSchema.parse(row));
  const names = [...new Set(rows.map(({ database }) => database))];
  return ok(
    names.map((name) => ({
      name,
      schemas: rows
        .filter(({ database }) => database === name)
        .map(({ schema, owner }) => ({ name: schema, owner })),
    })),
  );
}
