import { branchOperations } from '../../contract/branches.contract.ts';
import { branchesOf } from '../../core/branches/branch.ts';
import { createBranch } from '../../core/branches/create-branch.ts';
import { beginCarry } from '../../core/branches/carry.ts';
import { deleteBranch, disableBranching } from '../../core/branches/delete-branch.ts';
import { resetBranch } from '../../core/branches/reset-branch.ts';
import { scheduleDeletion, takeBackDeletion } from '../../core/branches/scheduled-deletion.ts';
import { updateBranch } from '../../core/branches/update-branch.ts';
import { type DomainError, fail } from '../../core/kernel/errors.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { judge } from '../../core/organization/principal.ts';
import { renderBranch } from '../render-branch.ts';
import { renderWithDatabase } from '../render-project.ts';
import { type Route, onBranch, onProject, refused } from '../route.ts';

const O = branchOperations;

/** What Supabase takes and this API does not, with the reason. */
const REFUSED = {
  notify_url: 'Nobody is notified of what becomes of a branch. Ask for its status.',
  secrets: 'A branch is created without secrets. Set them with POST /v1/projects/{ref}/secrets.',
  status: 'How far a branch is in its migrations is what it is, and not set.',
} as const;

function refuse(body: Readonly<Record<string, unknown>>): Result<undefined, DomainError> {
  for (const [name, reason] of Object.entries(REFUSED)) {
    if (body[name] !== undefined && body[name] !== false)
      return fail('not_implemented', reason, { field: `body.${name}` });
  }
  return ok(undefined);
}

const begun = (run: Result<string | null, DomainError>) =>
  run.ok ? ok({ workflow_run_id: run.value ?? '', message: 'ok' as const }) : run;

export const branchRoutes: Record<keyof typeof branchOperations, Route> = {
  listBranches: onProject(O.listBranches, async ({ project, ports }) =>
    ok((await branchesOf(project.value, ports)).map(renderBranch)),
  ),

  createBranch: onProject(O.createBranch, async ({ project, body, actor, ports }) => {
    const whole = refuse(body);
    if (!whole.ok) return whole;
    if (body.region !== undefined && body.region !== project.value.region)
      return fail('not_implemented', 'A branch is in the region of its project.', { field: 'body.region' });
    const request = {
      name: body.branch_name,
      persistent: body.persistent ?? false,
      withData: body.with_data ?? false,
      ...(body.git_branch === undefined ? {} : { gitBranch: body.git_branch }),
      ...(body.desired_instance_size === undefined ? {} : { size: body.desired_instance_size }),
    };
    const created = await createBranch(project.value, request, actor, ports);
    return created.ok ? ok(renderBranch(created.value)) : created;
  }),

  disableBranching: onProject(O.disableBranching, ({ project, actor, ports }) =>
    disableBranching(project, actor, ports),
  ),

  getBranch: onProject(O.getBranch, async ({ project, params, ports }) => {
    const all = (await branchesOf(project.value, ports)).map(renderBranch);
    const found = all.find(({ name }) => name === params.name);
    if (found !== undefined) return ok(found);
    return fail('not_found', `The project has no branch named "${params.name}".`, { field: 'path.name' });
  }),

  getBranchConfig: onBranch(O.getBranchConfig, async ({ branch, principal, ports }) => {
    const { ref, status, organization } = branch.value;
    const { database } = renderWithDatabase(branch.value, ports);
    const mayChange = judge(principal, organization, 'branching_development_write') === 'granted';
    const secret = mayChange ? await ports.secrets.read(ref) : undefined;
    return ok({
      ref,
      status,
      postgres_version: database.version,
      postgres_engine: database.postgres_engine,
      release_channel: database.release_channel,
      db_host: database.host,
      db_port: 5432,
      db_user: 'postgres',
      ...(secret === undefined ? {} : { db_pass: secret.db_password, jwt_secret: secret.jwt_secret }),
    });
  }),

  updateBranch: onBranch(O.updateBranch, async ({ branch, body, actor, ports }) => {
    const whole = refuse(body);
    if (!whole.ok) return whole;
    const change = {
      name: body.branch_name,
      gitBranch: body.git_branch,
      persistent: body.persistent,
      review: body.request_review,
    };
    const updated = await updateBranch(branch, change, actor, ports);
    return updated.ok ? ok(renderBranch(updated.value)) : updated;
  }),

  deleteBranch: onBranch(O.deleteBranch, async ({ branch, query, actor, ports }) => {
    const remove = query.force === 'false' ? scheduleDeletion : deleteBranch;
    const going = await remove(branch.value, actor, ports);
    return going.ok ? ok({ message: 'ok' as const }) : going;
  }),

  pushBranch: onBranch(O.pushBranch, async ({ branch, body, actor, ports }) =>
    begun(await beginCarry('push', branch.value, body.migration_version, actor, ports)),
  ),
  mergeBranch: onBranch(O.mergeBranch, async ({ branch, body, actor, ports }) =>
    begun(await beginCarry('merge', branch.value, body.migration_version, actor, ports)),
  ),
  resetBranch: onBranch(O.resetBranch, async ({ branch, body, actor, ports }) =>
    begun(await resetBranch(branch.value, body.migration_version, actor, ports)),
  ),

  restoreBranch: onBranch(O.restoreBranch, async ({ branch, actor, ports }) => {
    const back = await takeBackDeletion(branch.value, actor, ports);
    return back.ok ? ok({ message: 'Branch restoration initiated' as const }) : back;
  }),

  diffBranch: refused(O.diffBranch),
};
