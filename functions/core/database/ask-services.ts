import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { ProjectSecret } from '../project/project-secret.ts';
import type { Project } from '../project/project.ts';
import type { ServiceAnswer, Services } from '../project/services.port.ts';
import { type ServiceName, findTemplate } from '../project/template.ts';
import { whileRunning } from './run-query.ts';

export type ServicesPorts = Pick<ProjectPorts, 'catalogue' | 'secrets'> & { readonly services: Services };

const MAX_QUOTE = 500;

/** What one of the project's services answers to whoever has its service key. */
export async function askService(
  project: Project,
  asked: { readonly service: ServiceName; readonly path: string; readonly headers?: Record<string, string> },
  ports: ServicesPorts,
): Promise<Result<ServiceAnswer, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const { service, path, headers } = asked;
  const template = findTemplate(ports.catalogue, project.template);
  if (template?.services.includes(service) !== true) {
    return fail('conflict', `A project of the template "${project.template}" has no service "${service}".`, {
      suggestion: 'GET /platform/templates lists what each template has.',
    });
  }
  const secret = await ports.secrets.read(project.ref);
  if (secret === undefined) return fail('conflict', 'The project has no keys yet.');
  const key = serviceRoleKey(secret);
  if (key === undefined) return NO_KEY;
  const credentials = { apikey: key, authorization: `Bearer ${key}` };
  return ok(await ports.services.get(project.ref, path, { ...headers, ...credentials }));
}

export const NO_KEY = fail('conflict', 'The project takes no key that its services could be asked with.', {
  suggestion: 'Create a secret API key for the role service_role, or enable the legacy keys.',
});

/** One that is taken: the legacy key can be disabled, secret keys can be deleted. */
export function serviceRoleKey({
  legacy_keys_enabled,
  service_role_key,
  api_keys,
}: ProjectSecret): string | undefined {
  if (legacy_keys_enabled) return service_role_key;
  return api_keys.find(
    (each) => each.type === 'secret' && each.secret_jwt_template?.['role'] === 'service_role',
  )?.key;
}

/** An answer that nobody can do anything about but try again. */
export function unexpected(service: ServiceName, { status, body }: ServiceAnswer) {
  return fail('unavailable', `The service "${service}" answered ${status}: ${body.slice(0, MAX_QUOTE)}`, {
    suggestion: 'Try again.',
  });
}
