import { lastUse } from '../../core/project/activity.ts';
import { hasBusySessions } from '../../core/usage/busy-sessions.ts';
import { InUse, NotReady, type Step, type StepContext } from '../step.ts';

/** Of a pause that nobody asked for: comes when nothing new reaches the project, and before anything of it stops. */
export const confirmIdle: Step = {
  title: 'Make sure that nobody uses it',
  concerns: ({ idle_pause }) => idle_pause !== null,
  async run(context) {
    const { project, ports } = context;
    const evidence = project.value.idle_pause;
    if (evidence === null) return;
    const known = Date.parse(evidence.decided_at) + ports.uses.delayMs;
    if (ports.clock.now().getTime() < known) throw new NotReady('waiting until its last requests are known');
    const use = await useSince(evidence.idle_since, context).catch((error: unknown) => {
      ports.log.error('could not tell whether a project is used', error);
      return 'it cannot be told whether it is used';
    });
    if (use !== undefined) throw new InUse(use);
  },
};

async function useSince(since: string, { input, stack, ports }: StepContext): Promise<string | undefined> {
  const last = lastUse(await ports.uses.lastActivity(input.ref));
  if (last !== undefined && last.at > since) return `it was used at ${last.at}, by ${last.use}`;
  // Where the database is stopped already there are no sessions.
  if ((await ports.databases.state(stack)) !== 'available') return undefined;
  return (await hasBusySessions(input.ref, ports)) ? 'a session of its database is at work' : undefined;
}
