import type { TOOLS_STATES } from '../../contract/tools.contract.ts';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import { NO_SUCH_PROJECT } from './access.ts';
import type { TransitionPorts } from './begin-transition.ts';
import { catchUp } from './catch-up.ts';
import { urlIn } from './cells.port.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';
import { isBehind, wantedRevision } from './stack-number.ts';
import { findTemplate } from './template.ts';

type ToolsState = (typeof TOOLS_STATES)[number];
type Ports = TransitionPorts & Pick<ProjectPorts, 'catalogue' | 'cells'>;

/** Two writers can meet; each retry means that one of them got through. */
const ATTEMPTS = 5;

const AT_REST: readonly Project['status'][] = ['PAUSING', 'INACTIVE', 'PAUSE_FAILED', 'RESTORE_FAILED'];

export function toolsState(project: Project): ToolsState {
  const { tools, status } = project;
  const settled = status === 'ACTIVE_HEALTHY' && !isBehind(project);
  if (!tools.wanted) return tools.stack || (tools.before && !settled) ? 'stopping' : 'off';
  if (AT_REST.includes(status)) return 'paused';
  if (!settled) return tools.stack && tools.before ? 'running' : 'starting';
  return tools.stack ? 'running' : 'failed';
}

/** Studio is at the project's own address. */
export async function describeTools(
  project: Project,
  { catalogue, cells }: Pick<Ports, 'catalogue' | 'cells'>,
): Promise<Result<{ enabled: boolean; state: ToolsState; address: string | null }, DomainError>> {
  const has = requireTools(project, catalogue);
  if (!has.ok) return has;
  const state = toolsState(project);
  const address = state === 'running' ? urlIn(cells, project) : null;
  return ok({ enabled: project.tools.wanted, state, address });
}

/** Its stack follows, as it does after a change of a setting. What did not come up is tried again when asked for again. */
export async function changeTools(
  ref: ProjectRef,
  enabled: boolean,
  actor: Actor,
  ports: Ports,
): Promise<Result<Project, DomainError>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const read = await ports.projects.find(ref);
    if (read === undefined || read.value.status === 'GOING_DOWN') return NO_SUCH_PROJECT;
    const project = read.value;
    const has = requireTools(project, ports.catalogue);
    if (!has.ok) return has;
    const isOnItsWay = project.tools.stack === enabled || isBehind(project);
    if (project.tools.wanted === enabled && isOnItsWay) return ok(project);
    const at = ports.clock.now();
    const next: Project = {
      ...project,
      ...wantedRevision(project),
      tools: { ...project.tools, wanted: enabled },
      updated_at: at.toISOString(),
    };
    const { organization } = project;
    const audit = {
      organization,
      action: 'project.tools.change',
      subject: ref,
      actor,
      at,
      details: { enabled },
    };
    if (!(await ports.projects.update(read, next, [auditWrite(audit)])).ok) continue;
    await catchUp(ref, ports);
    return ok((await ports.projects.find(ref))?.value ?? next);
  }
  return fail('conflict', 'The project is being changed by others at this moment.', {
    suggestion: 'Try again.',
  });
}

function requireTools({ template }: Project, catalogue: Ports['catalogue']): Result<void, DomainError> {
  if (findTemplate(catalogue, template)?.tools !== undefined) return ok(undefined);
  const those = catalogue.templates.filter(({ tools }) => tools !== undefined).map(({ name }) => name);
  return fail(
    'not_implemented',
    `The template "${template}" has no tools beside it: Studio and Logflare work with Supabase’s own services.`,
    {
      suggestion: `Templates that have: ${those.join(', ')}. The dashboard shows tables, users, files and logs of any.`,
    },
  );
}
