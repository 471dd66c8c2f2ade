import { randomUUID } from 'node:crypto';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { refusalOf } from '../../functions/core/usage/refusal.ts';
import type { LocalCloud } from '../../functions/runtime/compose-local.ts';
import { PROJECT_SERVICES } from '../../templates/project-routes.ts';
import type { Resolution, RequestArrival } from './gateway.ts';
import { barred, type PostgresClient } from '../../functions/core/project/postgres-admission.ts';
import type { PostgresResolution } from '../postgres-gateway/gateway.ts';
import { notRunning } from '../postgres-gateway/refusals.ts';
import { unixServer } from '../postgres-gateway/server.ts';
import { isMeant } from '../../functions/core/project/wake-project.ts';
import { Waking, type WakingParts, type Woken } from './waking.ts';

/** Seconds after which it makes sense to ask again for a project that is on its way up. */
const RETRY_AFTER = 1;

/** Who names a project and one of its roles means it. */
const MEANT = { path: '/', hasKey: true };

/** Where the gateways find the projects, which are woken where they sleep. */
export interface ProjectPlaces {
  http(ref: ProjectRef, arrival: RequestArrival): Promise<Resolution>;
  postgres(ref: ProjectRef, client: PostgresClient): Promise<PostgresResolution>;
  /** Lets go of everyone who waits for a project. */
  close(): void;
}

export function projectPlaces({
  activity,
  lookup,
  meter,
  ports,
  postgresSocket,
  restricted,
}: LocalCloud): ProjectPlaces {
  const wakePorts = { ...ports, services: PROJECT_SERVICES };
  const onEnd: WakingParts['onEnd'] = (kind, seconds) => meter.woke(kind, seconds);
  const services = new Waking({ ports: wakePorts, find: async (ref) => lookup(ref), onEnd });
  const databases = new Waking({ ports: wakePorts, find: postgresSocket });

  /** A database alone has no address. */
  async function answersRequests(ref: ProjectRef): Promise<boolean> {
    const template = (await ports.projects.find(ref))?.value.template;
    const found = ports.catalogue.templates.find(({ name }) => name === template);
    return found?.services.some((name) => name !== 'db') ?? false;
  }

  return {
    async http(ref, { method, path, hasKey, address, requestId }) {
      const because = refusalOf(restricted.of(ref), { method, path });
      if (because !== undefined) return { kind: 'restricted', because };
      const socketPath = lookup(ref);
      if (socketPath !== undefined) return { kind: 'running', socketPath };
      if (!(await answersRequests(ref))) return { kind: 'unknown' };
      // It may be about to be paused for want of use.
      if (isMeant({ path, hasKey }, PROJECT_SERVICES)) activity.note(ref, serviceOf(path));
      const from = { ip: address, request_id: requestId };
      return resolutionOf(await services.wake(ref, { path, hasKey }, from));
    },
    async postgres(ref, client) {
      const fatal = await barred(ref, client, ports);
      if (fatal !== undefined) return { kind: 'refused', fatal };
      activity.note(ref, 'postgres');
      const { address } = client;
      const request_id = randomUUID();
      const woken = await ports.log.within({ request_id, project: ref }, () =>
        databases.wake(ref, MEANT, { ip: address, request_id }),
      );
      if (woken.kind === 'unknown') return woken;
      if (woken.kind === 'running') return { kind: 'running', server: unixServer(woken.socketPath) };
      return { kind: 'refused', fatal: notRunning(woken.status) };
    },
    close() {
      services.close();
      databases.close();
    },
  };
}

function resolutionOf(woken: Woken): Resolution {
  if (woken.kind === 'unknown' || woken.kind === 'running') return woken;
  const { status } = woken;
  return woken.kind === 'coming'
    ? { kind: 'waiting', status, retryAfter: RETRY_AFTER }
    : { kind: 'waiting', status };
}

/** Whoever has a key and asks for no service means the one that most is asked of. */
function serviceOf(path: string) {
  return (
    PROJECT_SERVICES.find((service) => path === `/${service}` || path.startsWith(`/${service}/`)) ?? 'rest'
  );
}
