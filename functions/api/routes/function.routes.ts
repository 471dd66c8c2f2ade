import { pathToFileURL } from 'node:url';
import { type FunctionBody, functionOperations, functionSlug } from '../../contract/functions.contract.ts';
import { deleteFunction, describeFunction, updateFunctions } from '../../core/functions/change-functions.ts';
import { deployFunction } from '../../core/functions/deploy-function.ts';
import { type Deployed, NO_SUCH_FUNCTION } from '../../core/functions/take-version.ts';
import type { FunctionFile } from '../../core/project/function-files.port.ts';
import { type EdgeFunction, type FunctionVersion, versionOf } from '../../core/project/function.ts';
import { type DomainError, TransientError, fail } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { type Route, onProject } from '../route.ts';

const O = functionOperations;

/** Where a function begins that came as one text. */
const ONE_FILE = 'index.ts';

export const functionRoutes: Record<keyof typeof functionOperations, Route> = {
  listFunctions: onProject(O.listFunctions, async ({ project, ports }) =>
    ok((await ports.functions.all(project.value.ref)).flatMap((fn) => renderLive(project.value.ref, fn))),
  ),

  createFunction: onProject(O.createFunction, async ({ project, query, body, actor, ports }) => {
    const { slug, name, verify_jwt, body: source } = body;
    const sources = oneFile(source, query);
    const deployment = { slug, name, verify_jwt, sources, onlyIf: 'absent' as const };
    return rendered(project.value.ref, await deployFunction(project.value, deployment, actor, ports));
  }),

  updateFunctions: onProject(O.updateFunctions, async ({ project, body, actor, ports }) => {
    const updated = await updateFunctions(project.value, body, actor, ports);
    return updated.ok
      ? ok({ functions: updated.value.flatMap((fn) => renderLive(project.value.ref, fn)) })
      : updated;
  }),

  deployFunction: onProject(O.deployFunction, async ({ project, query, body, actor, ports }) => {
    const { metadata, file } = body;
    const slug = functionSlug.safeParse(query.slug ?? metadata.name).data;
    if (slug === undefined) {
      const why = 'query.slug: a slug must be given, here or as body.metadata.name';
      return fail('validation_failed', why, { field: 'query.slug' });
    }
    const files = await Promise.all(file.map(contentOf));
    const { name, verify_jwt, entrypoint_path, import_map_path } = metadata;
    const sources = { files, entrypoint_path, import_map_path };
    const { bundleOnly = false } = query;
    const deployment = { slug, name, verify_jwt, sources, bundleOnly };
    return rendered(project.value.ref, await deployFunction(project.value, deployment, actor, ports));
  }),

  getFunction: onProject(O.getFunction, async ({ project, params, ports }) => {
    const found = await ports.functions.find(project.value.ref, params.function_slug);
    const [live] = found === undefined ? [] : renderLive(project.value.ref, found.value);
    return live === undefined ? NO_SUCH_FUNCTION : ok(live);
  }),

  updateFunction: onProject(O.updateFunction, async ({ project, params, query, body, actor, ports }) => {
    const { function_slug: slug } = params;
    const { name = query.name, verify_jwt = query.verify_jwt, body: source } = body;
    if (source !== undefined) {
      const sources = oneFile(source, query);
      const deployment = { slug, name, verify_jwt, sources, onlyIf: 'present' as const };
      return rendered(project.value.ref, await deployFunction(project.value, deployment, actor, ports));
    }
    const change = {
      slug,
      ...(name === undefined ? {} : { name }),
      ...(verify_jwt === undefined ? {} : { verify_jwt }),
    };
    const described = await describeFunction(project.value, change, actor, ports);
    const [live] = described.ok ? renderLive(project.value.ref, described.value) : [];
    if (!described.ok) return described;
    return live === undefined ? NO_SUCH_FUNCTION : ok(live);
  }),

  deleteFunction: onProject(O.deleteFunction, async ({ project, params, actor, ports }) => {
    const deleted = await deleteFunction(project.value, params.function_slug, actor, ports);
    return deleted.ok ? ok(undefined) : deleted;
  }),

  getFunctionBody: onProject(O.getFunctionBody, async ({ project, params, ports }) => {
    const { ref } = project.value;
    const { function_slug: slug } = params;
    const found = await ports.functions.find(ref, slug);
    const live = found && versionOf(found.value, found.value.live);
    if (live === undefined) return NO_SUCH_FUNCTION;
    const files = await ports.functionFiles.get(ref, slug, live.bundle);
    if (files === undefined) throw new TransientError('The function was changed while it was read.');
    const { entrypoint_path, import_map_path } = live;
    const metadata = { entrypoint_path, ...(import_map_path === null ? {} : { import_map_path }) };
    return ok({ metadata, file: files.map(renderFile) });
  }),
};

function oneFile(
  source: string,
  {
    entrypoint_path = ONE_FILE,
    import_map_path,
  }: { readonly entrypoint_path?: string | undefined; readonly import_map_path?: string | undefined },
) {
  const files = [{ path: entrypoint_path, content: Buffer.from(source) }];
  return { files, entrypoint_path, import_map_path };
}

async function contentOf(file: File): Promise<FunctionFile> {
  return { path: file.name, content: new Uint8Array(await file.arrayBuffer()) };
}

function renderFile({ path, content }: FunctionFile) {
  return { name: path, content: Buffer.from(content).toString('base64') };
}

function rendered(
  ref: ProjectRef,
  deployed: Result<Deployed, DomainError>,
): Result<FunctionBody, DomainError> {
  return deployed.ok ? ok(render(ref, deployed.value.fn, deployed.value.version)) : deployed;
}

/** The function as it is served; none where no version of it was ever live. */
function renderLive(ref: ProjectRef, fn: EdgeFunction): readonly FunctionBody[] {
  const live = versionOf(fn, fn.live);
  return live === undefined ? [] : [render(ref, fn, live)];
}

function render(ref: ProjectRef, fn: EdgeFunction, of: FunctionVersion): FunctionBody {
  const { id, slug, name, status, verify_jwt, created_at, updated_at } = fn;
  const { version, entrypoint_path, import_map_path, sha256 } = of;
  // Supabase's own clients take these for URLs, and cut this folder off.
  const url = (path: string) => pathToFileURL(`/tmp/user_fn_${ref}_${id}_${version}/source/${path}`).href;
  return {
    id,
    slug,
    name,
    status,
    version,
    created_at,
    updated_at,
    verify_jwt,
    import_map: import_map_path !== null,
    entrypoint_path: url(entrypoint_path),
    ...(import_map_path === null ? {} : { import_map_path: url(import_map_path) }),
    ezbr_sha256: sha256,
  };
}
