import { actionOperations } from '../../contract/actions.contract.ts';
import { type Run, logOf, runsOf } from '../../core/branches/runs.ts';
import { type DomainError, fail } from '../../core/kernel/errors.ts';
import { type Result, ok } from '../../core/kernel/result.ts';
import { branchId } from '../../core/project/branch.ts';
import type { Project } from '../../core/project/project.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onProject, refused } from '../route.ts';

const O = actionOperations;

/** As many as a page of Supabase's has. */
const PAGE = 20;

export const actionRoutes: Record<keyof typeof actionOperations, Route> = {
  listActionRuns: onProject(O.listActionRuns, async ({ project, query, ports }) => {
    const from = Number(query.offset ?? 0);
    const runs = await runsOf(project.value, ports);
    return ok(runs.slice(from, from + Number(query.limit ?? PAGE)).map(render));
  }),

  countActionRuns: onProject(O.countActionRuns, async ({ project, ports }) =>
    ok((await runsOf(project.value, ports)).length),
  ),

  getActionRun: onProject(O.getActionRun, async ({ project, params, ports }) => {
    const run = await runOf(project.value, params.run_id, ports);
    return run.ok ? ok(render(run.value)) : run;
  }),

  getActionRunLogs: onProject(O.getActionRunLogs, async ({ project, params, ports }) => {
    const run = await runOf(project.value, params.run_id, ports);
    return run.ok ? ok(logOf(run.value)) : run;
  }),

  updateActionRunStatus: refused(O.updateActionRunStatus),
};

async function runOf(project: Project, id: string, ports: ApiPorts): Promise<Result<Run, DomainError>> {
  const found = (await runsOf(project, ports)).find((run) => run.id === id);
  if (found !== undefined) return ok(found);
  return fail('not_found', 'Action run not found.', {
    field: 'path.run_id',
    suggestion: 'GET /v1/projects/{ref}/actions lists them.',
  });
}

const render = ({ id, branch, steps, created_at, updated_at }: Run) => ({
  id,
  branch_id: branchId(branch.ref),
  run_steps: [...steps],
  git_config: null,
  workdir: null,
  check_run_id: null,
  created_at,
  updated_at,
});
