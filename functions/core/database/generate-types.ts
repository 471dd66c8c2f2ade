import type { DomainError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Project } from '../project/project.ts';
import { type ServicesPorts, askService, unexpected } from './ask-services.ts';

/** The TypeScript types of schemas; one that does not exist has none. */
export async function generateTypes(
  project: Project,
  schemas: readonly string[],
  ports: ServicesPorts,
): Promise<Result<string, DomainError>> {
  const query = new URLSearchParams({
    included_schemas: schemas.join(','),
    detect_one_to_one_relationships: 'true',
  });
  const path = `/pg/generators/typescript?${query.toString()}`;
  const answer = await askService(project, { service: 'meta', path }, ports);
  if (!answer.ok) return answer;
  return answer.value.status === 200 ? ok(answer.value.body) : unexpected('meta', answer.value);
}
