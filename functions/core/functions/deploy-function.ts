import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import type { Services } from '../project/services.port.ts';
import { deployable } from './deployable.ts';
import {
  type Candidate,
  type Deployed,
  type Deployment,
  type VersionPorts,
  takeVersion,
} from './take-version.ts';
import { tryFunction } from './try-function.ts';

type Ports = VersionPorts & Pick<ProjectPorts, 'secrets'> & { readonly services: Services };

const TRIED: ReadonlySet<Project['status']> = new Set(['ACTIVE_HEALTHY', 'ACTIVE_UNHEALTHY']);

/** Takes a new version of a function. One that does not come to serve is refused, and what was live stays so. */
export async function deployFunction(
  project: Project,
  deployment: Deployment,
  actor: Actor,
  ports: Ports,
): Promise<Result<Deployed, DomainError>> {
  const may = deployable(project, ports);
  if (!may.ok) return may;
  return takeVersion(project, deployment, actor, (candidate) => trial(project, candidate, ports), ports);
}

/** Starts it where it will run. Where nothing runs, its first call will tell. */
async function trial(
  project: Project,
  { slug, id, bundle }: Candidate,
  ports: Ports,
): Promise<Result<void, DomainError>> {
  if (!TRIED.has(project.status)) return ok(undefined);
  const secret = await ports.secrets.read(project.ref);
  if (secret === undefined) return ok(undefined);
  const { entrypoint_path, import_map_path } = bundle;
  const candidate = { slug, bundle: id, entrypoint_path, import_map_path };
  const tried = await tryFunction(project.ref, secret, candidate, ports);
  if (tried.ok) return tried;
  return fail('validation_failed', `The function "${slug}" does not start: ${tried.error}`, {
    field: 'body.file',
    suggestion: 'The version that was live before still is. Repair the function and deploy it again.',
  });
}
