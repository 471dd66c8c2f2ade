import { type DomainError, fail } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { NO_SUCH_PROJECT } from './access.ts';
import type { TransitionPorts } from './begin-transition.ts';
import { catchUp } from './catch-up.ts';
import type { ProjectPorts } from './ports.ts';
import type { ProjectSecret } from './project-secret.ts';
import type { Project } from './project.ts';
import { wantedRevision } from './stack-number.ts';

export type SecretPorts = TransitionPorts & Pick<ProjectPorts, 'secrets'>;

/**
 * What the secret becomes and what to answer, or why it stays as it is. It is called more than once, so that it must
 * be pure; the same secret back means that there is nothing to change.
 */
export type Change<Answer> = (
  secret: ProjectSecret,
) => Result<{ readonly secret: ProjectSecret; readonly answer: Answer }, DomainError>;

/** Who changes what, as the audit event tells it. */
export interface Told {
  readonly action: string;
  readonly actor: Actor;
  readonly details?: JsonObject;
}

/** Something elsewhere that goes with the change: done after that is announced and before it is kept. */
type Meanwhile = () => Promise<void>;

/** Each retry means that somebody else's write got through, of which a workflow and a few requests make no more. */
const ATTEMPTS = 25;

export async function readSecret(
  project: Project,
  { secrets }: Pick<ProjectPorts, 'secrets'>,
): Promise<Result<ProjectSecret, DomainError>> {
  const secret = await secrets.read(project.ref);
  if (secret !== undefined) return ok(secret);
  return fail('conflict', 'The project has no secrets now: it is being created or deleted.', {
    suggestion: 'Wait until it is ACTIVE_HEALTHY.',
  });
}

/**
 * Changes a project's secret and has its stack follow. The secret rests outside the table: the change is announced in
 * the table before it is made and once more after it, so that whoever dies in between leaves a project whose stack is
 * replaced by the reconciler, and a stack that was begun in between is not taken for one that has the change.
 */
export async function changeSecret<Answer>(
  project: Project,
  told: Told,
  change: Change<Answer>,
  ports: SecretPorts,
  meanwhile?: Meanwhile,
): Promise<Result<Answer, DomainError>> {
  const secret = await readSecret(project, ports);
  if (!secret.ok) return secret;
  let outcome = change(secret.value);
  if (!outcome.ok) return outcome;
  if (outcome.value.secret === secret.value) return ok(outcome.value.answer);
  const { organization, ref } = project;
  const event = auditWrite({ ...told, organization, subject: ref, at: ports.clock.now() });
  const announced = await announce(project, [event], ports);
  if (!announced.ok) return announced;
  await meanwhile?.();
  const revised = await ports.secrets.revise(project, (current) => {
    outcome = change(current);
    return outcome.ok ? outcome.value.secret : current;
  });
  if (revised === undefined) return NO_SUCH_PROJECT;
  if (!outcome.ok) return outcome;
  const made = await announce(project, [], ports);
  if (!made.ok) return made;
  await catchUp(ref, ports);
  return ok(outcome.value.answer);
}

/** Notes that the project's stack lags. */
async function announce(
  { ref }: Project,
  more: readonly Write[],
  ports: SecretPorts,
): Promise<Result<void, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await ports.projects.find(ref);
    if (read === undefined || read.value.status === 'GOING_DOWN') return NO_SUCH_PROJECT;
    const next = {
      ...read.value,
      ...wantedRevision(read.value),
      updated_at: ports.clock.now().toISOString(),
    };
    if ((await ports.projects.update(read, next, more)).ok) return ok(undefined);
  }
  return fail('conflict', 'The project is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}
