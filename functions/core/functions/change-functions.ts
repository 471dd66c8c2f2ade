import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { deployable } from './deployable.ts';
import { NO_SUCH_FUNCTION } from './take-version.ts';
import { type EdgeFunction, versionOf } from '../project/function.ts';
import { publishFunction } from './publish-functions.ts';

type Ports = Pick<ProjectPorts, 'functions' | 'functionFiles' | 'catalogue' | 'clock'>;

const CHANGED_BY_OTHERS = fail('conflict', 'The function was changed by others at this moment.', {
  suggestion: 'Try again.',
});

/** What a function is to be, by its id and slug. */
export interface FunctionUpdate extends Pick<EdgeFunction, 'id' | 'slug' | 'name' | 'status'> {
  /** The version that is to be live, one of those that are kept. */
  readonly version: number;
  readonly verify_jwt?: boolean | undefined;
}

/** Lets versions go live, of all functions at once or of none. */
export async function updateFunctions(
  project: Project,
  updates: readonly FunctionUpdate[],
  actor: Actor,
  ports: Ports,
): Promise<Result<readonly EdgeFunction[], DomainError>> {
  const { ref, organization } = project;
  const may = deployable(project, ports);
  if (!may.ok) return may;
  if (new Set(updates.map(({ slug }) => slug)).size < updates.length)
    return fail('validation_failed', 'body: a function is named twice', { field: 'body' });
  const at = ports.clock.now();
  const changes = [];
  for (const [place, { id, slug, name, status, version, verify_jwt }] of updates.entries()) {
    const read = await ports.functions.find(ref, slug);
    const refused = (part: string, why: string) =>
      fail('validation_failed', `body.${place}.${part}: ${why}`, { field: `body.${place}.${part}` });
    if (read === undefined) return refused('slug', 'the project has no such function');
    if (read.value.id !== id) return refused('id', 'is not the id of the function of that slug');
    if (versionOf(read.value, version) === undefined)
      return refused('version', `is none of the versions that are kept: ${versionsOf(read.value)}`);
    const { verify_jwt: before } = read.value;
    const wanted = { name, status, live: version, verify_jwt: verify_jwt ?? before };
    changes.push({ read, next: { ...read.value, ...wanted, updated_at: at.getTime() } });
  }
  const details = { functions: updates.map(({ slug, version }) => `${slug} ${version}`) };
  const audit = auditWrite({ organization, action: 'function.update', subject: ref, actor, at, details });
  const written = await ports.functions.write(ref, changes, [audit]);
  if (!written.ok) return CHANGED_BY_OTHERS;
  for (const { slug } of updates) await publishFunction(ref, slug, ports);
  return ok(changes.map(({ next }) => next));
}

function versionsOf({ versions }: EdgeFunction): string {
  return versions.map(({ version }) => version).join(', ');
}

/** Changes what is said of a function; what it runs stays. */
export async function describeFunction(
  project: Project,
  { slug, ...change }: { readonly slug: string } & Partial<Pick<EdgeFunction, 'name' | 'verify_jwt'>>,
  actor: Actor,
  ports: Ports,
): Promise<Result<EdgeFunction, DomainError>> {
  const { ref, organization } = project;
  const may = deployable(project, ports);
  if (!may.ok) return may;
  const read = await ports.functions.find(ref, slug);
  if (read === undefined || read.value.live === null) return NO_SUCH_FUNCTION;
  const at = ports.clock.now();
  const next = { ...read.value, ...change, updated_at: at.getTime() };
  const details = { slug, ...change };
  const audit = auditWrite({ organization, action: 'function.update', subject: ref, actor, at, details });
  const written = await ports.functions.write(ref, [{ read, next }], [audit]);
  if (!written.ok) return CHANGED_BY_OTHERS;
  await publishFunction(ref, slug, ports);
  return ok(next);
}

export async function deleteFunction(
  project: Project,
  slug: string,
  actor: Actor,
  ports: Ports,
): Promise<Result<void, DomainError>> {
  const { ref, organization } = project;
  const may = deployable(project, ports);
  if (!may.ok) return may;
  const read = await ports.functions.find(ref, slug);
  if (read === undefined) return NO_SUCH_FUNCTION;
  const at = ports.clock.now();
  const audit = auditWrite({
    organization,
    action: 'function.delete',
    subject: ref,
    actor,
    at,
    details: { slug },
  });
  const written = await ports.functions.write(ref, [{ read, next: undefined }], [audit]);
  if (!written.ok) return CHANGED_BY_OTHERS;
  await publishFunction(ref, slug, ports);
  const bundles = read.value.versions.map(({ bundle }) => bundle);
  await ports.functionFiles.drop(ref, slug, bundles);
  return ok(undefined);
}
