import { z } from 'zod';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Project } from '../project/project.ts';
import { type ServicesPorts, askService, unexpected } from './ask-services.ts';

const documentSchema = z.record(z.string(), z.json());

/** What PostgREST answers of a schema that it does not serve. */
const NOT_ACCEPTABLE = 406;

/** The REST API of a schema, as OpenAPI 2.0. */
export async function describeRest(
  project: Project,
  schema: string,
  ports: ServicesPorts,
): Promise<Result<JsonObject, DomainError>> {
  const headers = { accept: 'application/openapi+json', 'accept-profile': schema };
  const answer = await askService(project, { service: 'rest', path: '/rest/v1/', headers }, ports);
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status === 200) return ok(documentSchema.parse(JSON.parse(body)));
  if (status !== NOT_ACCEPTABLE) return unexpected('rest', answer.value);
  return fail('validation_failed', `The REST API does not serve the schema "${schema}".`, {
    field: 'query.schema',
    suggestion: 'GET /v1/projects/{ref}/postgrest tells which schemas it serves.',
  });
}
