import { lastUse } from '../../core/project/activity.ts';
import { hasBusySessions } from '../../core/usage/busy-sessions.ts';
import { InUse, NotReady, type Step } from '../step.ts';

/** Of a pause that nobody asked for: comes when nothing new reaches the project, and before anything of it stops. */
export const confirmIdle: Step = {
  title: 'Make sure that nobody uses it',
  concerns: ({ idle_pause }) => idle_pause !== null,
  async run({ input, project, ports }) {
    const evidence = project.value.idle_pause;
    if (evidence === null) return;
    const known = Date.parse(evidence.decided_at) + ports.uses.delayMs;
    if (ports.clock.now().getTime() < known) throw new NotReady('waiting until its last requests are known');
    const last = lastUse(await ports.uses.lastActivity(input.ref));
    if (last !== undefined && last.at > evidence.idle_since)
      throw new InUse(`it was used at ${last.at}, by ${last.use}`);
    if (await hasBusySessions(input.ref, ports)) throw new InUse('a session of its database is at work');
  },
};
