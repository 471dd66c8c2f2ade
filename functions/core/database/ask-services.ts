import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import type { ServiceAnswer, Services } from '../project/services.port.ts';
import { type ServiceName, findTemplate } from '../project/template.ts';
import { serviceCredentials } from '../project/temporary-key.ts';
import { whileRunning } from './run-query.ts';

export type ServicesPorts = Pick<ProjectPorts, 'catalogue' | 'clock' | 'secrets'> & {
  readonly services: Services;
};

const MAX_QUOTE = 500;

/** What one of the project's services answers to whoever has its service key. */
export async function askService(
  project: Project,
  asked: {
    readonly service: ServiceName;
    readonly path: string;
    readonly method?: 'get' | 'post';
    readonly headers?: Record<string, string>;
  },
  ports: ServicesPorts,
): Promise<Result<ServiceAnswer, DomainError>> {
  const running = whileRunning(project);
  if (!running.ok) return running;
  const { service, path, method = 'get', headers } = asked;
  const template = findTemplate(ports.catalogue, project.template);
  if (template?.services.includes(service) !== true) {
    return fail('conflict', `A project of the template "${project.template}" has no service "${service}".`, {
      suggestion: 'GET /platform/templates lists what each template has.',
    });
  }
  const secret = await ports.secrets.read(project.ref);
  if (secret === undefined) return fail('conflict', 'The project has no keys yet.');
  const credentials = serviceCredentials(project.ref, secret, ports.clock.now());
  const answer = await ports.services[method](project.ref, path, { ...headers, ...credentials });
  return answer.status === 401 ? NO_KEY : ok(answer);
}

const NO_KEY = fail('conflict', 'The project takes no key that its services could be asked with.', {
  suggestion:
    'If its keys were just changed, try again in a moment. Otherwise create a secret API key for the role service_role.',
});

/** An answer that nobody can do anything about but try again. */
export function unexpected(service: ServiceName, { status, body }: ServiceAnswer) {
  return fail('unavailable', `The service "${service}" answered ${status}: ${body.slice(0, MAX_QUOTE)}`, {
    suggestion: 'Try again.',
  });
}
