import { type DomainError, fail } from '../kernel/errors.ts';
import { newUuid } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { type EdgeFunction, type FunctionVersion, versionOf, withVersion } from '../project/function.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import { type Bundle, type Sources, bundleOf } from './bundle.ts';
import { publishFunction } from './publish-functions.ts';

export interface Deployment {
  readonly slug: string;
  readonly name?: string | undefined;
  readonly verify_jwt?: boolean | undefined;
  readonly sources: Sources;
  /** The version is kept, and goes live by an update. */
  readonly bundleOnly?: boolean;
  /** What there must be of the slug; without it either is fine. */
  readonly onlyIf?: 'absent' | 'present';
}

export interface Deployed {
  readonly fn: EdgeFunction;
  readonly version: FunctionVersion;
}

export type VersionPorts = Pick<
  ProjectPorts,
  'functions' | 'functionFiles' | 'catalogue' | 'clock' | 'random'
>;

/** What is about to go live, under the id that its files were put by. */
export interface Candidate {
  readonly slug: string;
  readonly id: string;
  readonly bundle: Bundle;
}

/** Supabase's largest plan has as many. */
const MAX_FUNCTIONS = 1000;

/** Takes a new version of a function that may be deployed there, unless `trial` refuses it: then all is as before. */
export async function takeVersion(
  project: Project,
  deployment: Deployment,
  actor: Actor,
  trial: (candidate: Candidate) => Promise<Result<void, DomainError>>,
  ports: VersionPorts,
): Promise<Result<Deployed, DomainError>> {
  const { ref } = project;
  const { slug } = deployment;
  const bundle = bundleOf(deployment.sources);
  if (!bundle.ok) return bundle;
  const known = await ports.functions.find(ref, slug);
  const fits = existence(deployment, known?.value);
  if (!fits.ok) return fits;
  if (known === undefined && (await ports.functions.all(ref)).length >= MAX_FUNCTIONS)
    return fail('quota_exceeded', `A project has at most ${MAX_FUNCTIONS} functions.`);

  const id = newUuid(ports.random);
  await ports.functionFiles.put(ref, slug, id, bundle.value.files);
  const tried = await trial({ slug, id, bundle: bundle.value }).catch(async (error: unknown) => {
    await ports.functionFiles.drop(ref, slug, [id]);
    throw error;
  });
  const written = tried.ok ? await record(project, deployment, { ...bundle.value, id }, actor, ports) : tried;
  if (!written.ok) {
    await ports.functionFiles.drop(ref, slug, [id]);
    return written;
  }
  const { deployed, dropped } = written.value;
  if (deployment.bundleOnly !== true) await publishFunction(ref, slug, ports);
  if (dropped.length > 0) await ports.functionFiles.drop(ref, slug, dropped);
  return ok(deployed);
}

function existence({ slug, onlyIf }: Deployment, known: EdgeFunction | undefined): Result<void, DomainError> {
  // The official client looks for these words.
  if (onlyIf === 'absent' && known !== undefined)
    return fail('conflict', `Duplicated function slug: "${slug}".`, { field: 'body.slug' });
  return onlyIf === 'present' && known === undefined ? NO_SUCH_FUNCTION : ok(undefined);
}

export const NO_SUCH_FUNCTION = fail('not_found', 'Function not found.', { field: 'path.function_slug' });

type Recorded = { readonly deployed: Deployed; readonly dropped: readonly string[] };

async function record(
  project: Project,
  deployment: Deployment,
  { id: bundle, entrypoint_path, import_map_path, sha256 }: Bundle & { readonly id: string },
  actor: Actor,
  ports: VersionPorts,
): Promise<Result<Recorded, DomainError>> {
  const { ref, organization } = project;
  const { slug, bundleOnly = false } = deployment;
  for (;;) {
    const read = await ports.functions.find(ref, slug);
    const fits = existence(deployment, read?.value);
    if (!fits.ok) return fits;
    const at = ports.clock.now();
    const before = read?.value ?? newFunction(slug, newUuid(ports.random), at);
    const added = withVersion(before, { bundle, entrypoint_path, import_map_path, sha256 });
    const { name = before.name, verify_jwt = before.verify_jwt } = deployment;
    const live = { live: added.version, name, verify_jwt, status: 'ACTIVE' as const };
    const next = { ...added.next, ...(bundleOnly ? {} : live), updated_at: at.getTime() };
    const version = versionOf(next, added.version);
    if (version === undefined) throw new Error('a new version is not among those that are kept');
    const action = bundleOnly ? 'function.bundle' : 'function.deploy';
    const details = { slug, version: added.version };
    const audit = auditWrite({ organization, action, subject: ref, actor, at, details });
    const written = await ports.functions.write(ref, [{ read, next }], [audit]);
    // Somebody else has deployed it at the same moment: this is the version after theirs.
    if (written.ok)
      return ok({ deployed: { fn: { ...next, name, verify_jwt }, version }, dropped: added.dropped });
  }
}

function newFunction(slug: string, id: string, at: Date): EdgeFunction {
  const instants = { created_at: at.getTime(), updated_at: at.getTime() };
  const none = { live: null, latest: 0, versions: [] };
  return { id, slug, name: slug, status: 'ACTIVE', verify_jwt: true, ...none, ...instants };
}
