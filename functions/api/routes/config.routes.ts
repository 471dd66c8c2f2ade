import { authConfigOperations } from '../../contract/config-auth.contract.ts';
import { databaseConfigOperations } from '../../contract/config-database.contract.ts';
import { projectConfigOperations } from '../../contract/config-project.contract.ts';
import { serviceConfigOperations } from '../../contract/config-services.contract.ts';
import { endRealtime } from '../../core/database/end-realtime.ts';
import type { DomainError } from '../../core/kernel/errors.ts';
import { type Result, err, ok } from '../../core/kernel/result.ts';
import type { Versioned } from '../../core/kernel/table.port.ts';
import { cellOf } from '../../core/project/cells.port.ts';
import { databaseAccess } from '../../core/project/database-access.ts';
import type { Project } from '../../core/project/project.ts';
import { type SettingsChange, changeSettings } from '../../core/project/settings/change-settings.ts';
import { readSection, showSection } from '../../core/project/settings/read-settings.ts';
import type { Values } from '../../core/project/settings/settings.ts';
import type { ApiPorts, Caller } from '../call.ts';
import {
  renderPostgres,
  renderProjectConfig,
  renderStorage,
  storageChange,
  storageError,
} from '../render-config.ts';
import { renderPoolers } from '../render-pooler.ts';
import { type Route, onProject, refused } from '../route.ts';

type OfProject = Pick<Caller, 'actor'> & { readonly project: Versioned<Project>; readonly ports: ApiPorts };

/** Changes a section; answers it as it is then. */
async function change(
  { actor, project, ports }: OfProject,
  request: SettingsChange,
): Promise<Result<Values, DomainError>> {
  const changed = await changeSettings(project.value.ref, request, actor, ports);
  if (!changed.ok) return changed;
  return ok(await showSection(project.value, request.section, changed.value, ports));
}

const silently = (result: Result<unknown, DomainError>): Result<undefined, DomainError> =>
  result.ok ? ok(undefined) : result;

const A = authConfigOperations;
const S = serviceConfigOperations;
const D = databaseConfigOperations;

type PostgresBody = Readonly<Record<string, Values[string] | undefined>>;

async function changePostgres(
  call: OfProject,
  { restart_database: mayRestart, ...values }: PostgresBody,
  replaces: boolean,
) {
  const request = {
    section: 'postgres',
    change: values,
    replaces,
    mayRestart: mayRestart !== false,
  } as const;
  const changed = await change(call, request);
  return changed.ok ? ok(renderPostgres(changed.value)) : changed;
}

export const configRoutes: Record<
  keyof typeof A | keyof typeof S | keyof typeof D | keyof typeof projectConfigOperations,
  Route
> = {
  getAuthConfig: onProject(A.getAuthConfig, async ({ project, ports }) =>
    ok(await readSection(project.value, 'auth', ports)),
  ),
  updateAuthConfig: onProject(A.updateAuthConfig, (call) =>
    change(call, { section: 'auth', change: call.body }),
  ),
  listSsoProviders: onProject(A.listSsoProviders, async () => ok({ items: [] })),
  createSsoProvider: refused(A.createSsoProvider),
  getSsoProvider: refused(A.getSsoProvider),
  updateSsoProvider: refused(A.updateSsoProvider),
  deleteSsoProvider: refused(A.deleteSsoProvider),

  getPostgrestConfig: onProject(S.getPostgrestConfig, async ({ project, ports }) =>
    ok(await readSection(project.value, 'postgrest', ports)),
  ),
  updatePostgrestConfig: onProject(S.updatePostgrestConfig, (call) =>
    change(call, { section: 'postgrest', change: call.body }),
  ),
  getStorageConfig: onProject(S.getStorageConfig, async ({ project, ports }) =>
    ok(renderStorage(await readSection(project.value, 'storage', ports))),
  ),
  updateStorageConfig: onProject(S.updateStorageConfig, async (call) => {
    const changed = await change(call, { section: 'storage', change: storageChange(call.body) });
    return changed.ok ? ok(undefined) : err(storageError(changed.error));
  }),
  getRealtimeConfig: onProject(S.getRealtimeConfig, async ({ project, ports }) =>
    ok(await readSection(project.value, 'realtime', ports)),
  ),
  updateRealtimeConfig: onProject(S.updateRealtimeConfig, async (call) =>
    silently(await change(call, { section: 'realtime', change: call.body })),
  ),
  shutdownRealtime: onProject(S.shutdownRealtime, ({ project, actor, ports }) =>
    endRealtime(project.value, actor, ports),
  ),

  getPostgresConfig: onProject(D.getPostgresConfig, async ({ project, ports }) =>
    ok(renderPostgres(await readSection(project.value, 'postgres', ports))),
  ),
  updatePostgresConfig: onProject(D.updatePostgresConfig, (call) => changePostgres(call, call.body, true)),
  patchPostgresConfig: onProject(D.patchPostgresConfig, (call) => changePostgres(call, call.body, false)),
  getPoolerConfig: onProject(D.getPoolerConfig, async ({ project, ports }) =>
    ok(renderPoolers(project.value, cellOf(ports.cells, project.value))),
  ),
  updatePoolerConfig: onProject(D.updatePoolerConfig, (call) =>
    change(call, { section: 'pooler', change: call.body }),
  ),
  getPgbouncerConfig: onProject(D.getPgbouncerConfig, async () => ok({ pool_mode: 'session' as const })),

  getProjectConfig: onProject(projectConfigOperations.getProjectConfig, async ({ project, ports }) => {
    const { ref } = project.value;
    const [{ settings }, access] = await Promise.all([ports.settings.read(ref), databaseAccess(ref, ports)]);
    const shown = (section: Parameters<typeof showSection>[1]) =>
      showSection(project.value, section, settings, ports);
    const [auth, postgrest, storage, realtime, postgres] = await Promise.all([
      shown('auth'),
      shown('postgrest'),
      shown('storage'),
      shown('realtime'),
      shown('postgres'),
    ]);
    return ok(renderProjectConfig(ref, { auth, postgrest, storage, realtime, postgres }, access));
  }),
};
