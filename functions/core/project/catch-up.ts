import type { ProjectRef } from '../kernel/ids.ts';
import { systemActor } from '../organization/system-actor.ts';
import { type TransitionPorts, beginTransition } from './begin-transition.ts';
import { transition } from './life-cycle.ts';
import { isBehind } from './stack-number.ts';

/** No request made it, and no address. */
const ACTOR = systemActor({ ip: '', request_id: 'catch-up' });

/**
 * Replaces the stack of a project that runs if it lags behind what was changed. While another transition is on its way
 * nothing is done: every workflow that leaves a project running ends with this, and the reconciler looks, too. So any
 * number of changes in a row make one new stack more, and the last one is always in force in the end.
 */
export async function catchUp(ref: ProjectRef, ports: TransitionPorts): Promise<void> {
  const project = (await ports.projects.find(ref))?.value;
  if (project === undefined || !isBehind(project)) return;
  if (!transition(project.status, 'restart', ports.clock.now()).ok) return;
  // Refused or lost against another change of the project, it is for that one's workflow to end with this.
  await beginTransition(ref, 'restart', ACTOR, ports);
}
