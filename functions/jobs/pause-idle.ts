import { systemActor } from '../core/organization/system-actor.ts';
import { type TransitionPorts, beginTransition } from '../core/project/begin-transition.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Project } from '../core/project/project.ts';
import { type IdlePorts, idleFacts, keepWarning } from '../core/usage/idle-facts.ts';
import { type IdleFacts, type IdleVerdict, evidenceOf, idleVerdict } from '../core/usage/idle-verdict.ts';
import { idleMail } from '../core/usage/idle-mail.ts';

export type PauseIdlePorts = IdlePorts &
  TransitionPorts &
  Pick<ProjectPorts, 'log' | 'notifier'> & { readonly dashboardUrl: string };

/** No request made it, and no address. */
const ACTOR = systemActor({ ip: '', request_id: 'pause-idle' });

/** Looks at each project that runs, once: says what will be paused, and pauses what nobody has used for long enough. */
export async function pauseIdle(ports: PauseIdlePorts): Promise<void> {
  for (const project of await ports.projects.inStatus('ACTIVE_HEALTHY')) {
    try {
      const facts = await idleFacts(project, ports);
      const verdict = idleVerdict(facts);
      if (verdict.kind === 'to_warn') await warn(project, facts, verdict, ports);
      if (verdict.kind === 'to_pause') await pause(project, facts, verdict, ports);
    } catch (error) {
      ports.log.error('could not judge whether a project is idle', error, { project: project.ref });
    }
  }
}

/** The mail first: whoever dies in between sends it again, under the same id, which makes it one. */
async function warn(
  project: Project,
  facts: IdleFacts,
  { idleSince, lastUse, pausesAt }: IdleVerdict,
  ports: PauseIdlePorts,
): Promise<void> {
  if (pausesAt === null) return;
  const mail = idleMail(project, { lastUse, pausesAt, dashboardUrl: ports.dashboardUrl });
  const members = await ports.organizations.membersOf(project.organization);
  for (const { user, role } of members) {
    if (role !== 'owner' && role !== 'administrator') continue;
    const person = await ports.organizations.user(user);
    if (person === undefined) continue;
    await ports.notifier.send(`idle-${project.ref}-${idleSince.getTime()}-${user}`, {
      ...mail,
      to: person.email,
    });
  }
  const warning = { idle_since: idleSince.toISOString(), warned_at: facts.now.toISOString() };
  await keepWarning(project, warning, ports);
}

/** The workflow looks once more, when no request reaches the project any longer, and lets it run on if one has. */
async function pause(
  { ref }: Project,
  facts: IdleFacts,
  verdict: IdleVerdict,
  ports: PauseIdlePorts,
): Promise<void> {
  const evidence = evidenceOf(verdict, facts);
  if (evidence === undefined) return;
  // In conflict with its status: somebody has just begun something else with it.
  await beginTransition(ref, 'pause', ACTOR, ports, () => ({ idle_pause: evidence }));
}
