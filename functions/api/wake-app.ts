import { Hono } from 'hono';
import type { Log } from '../core/kernel/log.port.ts';
import { projectRefSchema } from '../core/kernel/ids.ts';
import { systemActor } from '../core/organization/system-actor.ts';
import type { Table } from '../core/kernel/table.port.ts';
import { refusalOf } from '../core/usage/refusal.ts';
import { restrictions } from '../core/usage/restriction.ts';
import { type WakePorts, wakeProject } from '../core/project/wake-project.ts';
import type { Connection } from './web-server.ts';
import { type Waked, answerFor, answerPreflight } from './wake-answer.ts';

export interface WakeAppPorts extends WakePorts {
  readonly table: Table;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Below the 25 s after which the edge gives up on this route. */
const HOLD_MS = 20_000;
const LOOK_EVERY_MS = 1_000;

/** The route that the edge turns to when a project has no address. The edge tells what was asked for in headers. */
export function createWakeApp(ports: WakeAppPorts): Hono<{ Bindings: Required<Connection> }> {
  const app = new Hono<{ Bindings: Required<Connection> }>();
  app.get('/wake/:ref', async (c) => {
    const { ip, requestId } = c.env;
    const method = c.req.header('x-baseplane-method') ?? 'GET';
    if (method === 'OPTIONS') return answerPreflight();
    const asked = { method, accept: c.req.header('accept') ?? '', requestId };
    const ref = projectRefSchema.safeParse(c.req.param('ref'));
    if (!ref.success) return answerFor({ kind: 'unknown' }, asked);
    const arrival = {
      path: c.req.header('x-baseplane-path') ?? '/',
      hasKey: c.req.header('x-baseplane-key') === 'yes',
    };
    const actor = systemActor({ ip, request_id: requestId });
    const because = refusalOf(await restrictions(ports.table, ref.data), { method, path: arrival.path });
    // Nobody would answer it if the project came up.
    if (because !== undefined) return answerFor({ kind: 'restricted', because }, asked);
    const look = () => wakeProject(ref.data, arrival, actor, ports);
    const about = { request_id: requestId, project: ref.data };
    return answerFor(await ports.log.within(about, () => hold(look, ports)), asked);
  });
  app.onError((error, c) => {
    ports.log.error('waking failed', error, { request_id: c.env.requestId });
    // The edge takes a 502 for a wake route that does not answer, and says when to come back.
    return c.body(null, 502);
  });
  return app;
}

/** Looks until the project runs, or nothing brings it there, or it has taken too long. */
export async function hold<W extends Waked>(
  look: () => Promise<W>,
  { clock, sleep }: Pick<WakeAppPorts, 'clock' | 'sleep'>,
): Promise<W> {
  const until = clock.now().getTime() + HOLD_MS;
  for (;;) {
    const wake = await look();
    if (wake.kind !== 'coming' || clock.now().getTime() >= until) return wake;
    await sleep(LOOK_EVERY_MS);
  }
}
