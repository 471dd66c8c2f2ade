import { z } from 'zod';
import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { runQuery } from './run-query.ts';

const rowSchema = z.object({ version: z.string() });

/** The version of Postgres that the project runs, as `17.10`: the newest that it can, until there is another. */
export async function databaseVersion(
  project: Project,
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<string, DomainError>> {
  const sql = "select split_part(current_setting('server_version'), ' ', 1) as version";
  const read = await runQuery(project, { sql, readOnly: true }, ports);
  return read.ok ? ok(rowSchema.parse(read.value[0]).version) : read;
}
