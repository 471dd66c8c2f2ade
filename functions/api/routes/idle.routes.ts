import { idleOperations } from '../../contract/idle.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import type { Project } from '../../core/project/project.ts';
import { exemptFromPausing } from '../../core/usage/exempt-from-pausing.ts';
import { idleFacts } from '../../core/usage/idle-facts.ts';
import { idleVerdict } from '../../core/usage/idle-verdict.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onProject } from '../route.ts';

const O = idleOperations;

export const idleRoutes: Record<keyof typeof idleOperations, Route> = {
  getIdleState: onProject(O.getIdleState, async ({ project, ports }) =>
    ok(await render(project.value, ports)),
  ),

  updateIdleState: onProject(O.updateIdleState, async ({ project, body, actor, ports }) => {
    const changed = await exemptFromPausing(project.value.ref, body.exempt, actor, ports);
    return changed.ok ? ok(await render(changed.value, ports)) : changed;
  }),
};

async function render(project: Project, ports: ApiPorts) {
  const facts = await idleFacts(project, ports);
  const verdict = idleVerdict(facts);
  const running = project.status === 'ACTIVE_HEALTHY';
  const { activity, idleAfterMs, warning } = facts;
  const idleSince = verdict.idleSince.toISOString();
  return {
    verdict: running ? verdict.kind : ('not_running' as const),
    exempt: project.idle_exempt,
    idle_after_seconds: idleAfterMs === null ? null : idleAfterMs / 1000,
    idle_since: idleSince,
    last_use: verdict.lastUse,
    last_use_by: Object.fromEntries(Object.entries(activity)),
    warns_at: running ? (verdict.warnsAt?.toISOString() ?? null) : null,
    warned_at: running && warning?.idle_since === idleSince ? warning.warned_at : null,
    pauses_at: running ? (verdict.pausesAt?.toISOString() ?? null) : null,
    paused: project.idle_pause,
  };
}
