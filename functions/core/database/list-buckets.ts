import { z } from 'zod';
import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { runQuery } from './run-query.ts';

const bucketSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Empty: it was made by SQL or with a service key. */
  owner: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  public: z.boolean(),
});

const SQL = `select id, name, coalesce(owner_id, owner::text, '') as owner, coalesce(public, false) as public,
    to_json(coalesce(created_at, now())) #>> '{}' as created_at,
    to_json(coalesce(updated_at, created_at, now())) #>> '{}' as updated_at
  from storage.buckets order by name`;

export async function listBuckets(
  project: Project,
  ports: Pick<ProjectPorts, 'databases'>,
): Promise<Result<z.infer<typeof bucketSchema>[], DomainError>> {
  const read = await runQuery(project, { sql: SQL, readOnly: true }, ports);
  return read.ok ? ok(read.value.map((row) => bucketSchema.parse(row))) : read;
}
