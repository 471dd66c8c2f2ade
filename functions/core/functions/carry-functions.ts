import { type DomainError, TransientError } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Actor } from '../organization/principal.ts';
import { versionOf } from '../project/function.ts';
import type { Project } from '../project/project.ts';
import { hasFunctions } from './deployable.ts';
import { type VersionPorts, takeVersion } from './take-version.ts';

/**
 * Deploys on one project the functions that another one serves and it does not, file by file the same; `replace`: also
 * those that it serves another version of. They have come to serve where they come from, so that none is tried again.
 * Answers how many that were.
 */
export async function carryFunctions(
  from: Project,
  to: Project,
  { replace }: { readonly replace: boolean },
  actor: Actor,
  ports: VersionPorts,
): Promise<Result<number, DomainError>> {
  if (!hasFunctions(to, ports)) return ok(0);
  const served = await ports.functions.all(from.ref);
  let carried = 0;
  for (const { slug, name, verify_jwt, live, versions } of served) {
    const version = versionOf({ versions }, live);
    if (version === undefined) continue;
    const there = await ports.functions.find(to.ref, slug);
    const other = there && versionOf(there.value, there.value.live);
    if (other?.sha256 === version.sha256 || (other !== undefined && !replace)) continue;
    const files = await ports.functionFiles.get(from.ref, slug, version.bundle);
    if (files === undefined) throw new TransientError('A function was changed while it was read.');
    const { entrypoint_path, import_map_path } = version;
    const sources = { files, entrypoint_path, import_map_path: import_map_path ?? undefined };
    const taken = await takeVersion(to, { slug, name, verify_jwt, sources }, actor, untried, ports);
    if (!taken.ok) return taken;
    carried += 1;
  }
  return ok(carried);
}

const untried = async () => ok(undefined);
