import type { Server } from 'node:net';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import type { GatewayConnection } from '../../functions/contract/postgres-gateway.ts';
import { certificatesOf, derived } from './authority.ts';
import { ControlPlane } from './control-plane.ts';
import { createPostgresGateway, type PostgresResolution } from './gateway.ts';
import { listenToPeers, peersIn } from './peers.ts';
import { notRunning } from './refusals.ts';
import type { GatewaySettings } from './settings.ts';
import { taskCredentials } from './task-credentials.ts';
import { tlsServer } from './tls-server.ts';
import { UseLog } from './use-log.ts';
import { isWork } from './work.ts';

const FLUSH_MS = 60_000;

/** Each holds two sockets and some buffers: a task of 512 MB has room for more than these. */
const SESSIONS = 2_000;

export interface CellGatewayParts {
  readonly settings: GatewaySettings;
  /** This task's own address in the cell's network. */
  readonly address: string;
  /** Certificates of those who may have signed that of a database, in PEM. */
  readonly databaseAuthorities: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes the lines by which use is counted. */
  readonly write: (line: string) => void;
}

export interface CellGateway {
  readonly port: number;
  /** What clients have to trust, in PEM. */
  readonly authority: string;
  /** Takes no more connections; resolves when the last session has ended, or they have been given that long. */
  stop(graceMs: number): Promise<void>;
}

/** The gateway of a cell, in which every project's Postgres is across the network and may be shared by many. */
export async function startCellGateway(parts: CellGatewayParts): Promise<CellGateway> {
  const { settings, clock, log } = parts;
  const { cell, apiUrl, home, credentialsUrl, domain, seed, port: wanted } = settings;
  const credentials = taskCredentials(credentialsUrl, clock);
  const controlPlane = new ControlPlane({ cell, apiUrl, home, credentials, clock });
  const certificates = certificatesOf(seed, domain, clock);
  const use = new UseLog(clock, parts.write);
  const network = { address: parts.address, port: settings.peerPort };
  const gateway = createPostgresGateway({
    domain,
    certificates,
    peers: peersIn(network),
    decoy: { salting: derived(seed, 'postgres decoy'), asksInClear: true },
    limits: { ofProject: 20, ofAll: SESSIONS, openingMs: 15_000, loginMs: 75_000 },
    resolve: async (ref, client) => resolutionOf(await controlPlane.connect(ref, client), parts),
    onLogin: (ref, client, admitted) =>
      void controlPlane
        .report(ref, client, admitted)
        .catch((error: unknown) => log.error('a login was not counted', error, { ref })),
    onSent: (ref, chunk) => use.sent(ref, chunk.length, isWork(chunk)),
    onAnswered: (ref, bytes) => use.answered(ref, bytes),
    log,
  });
  const peers: Server = await listenToPeers(network, (key) => gateway.cancelHere(key));
  const port = await gateway.listen({ port: wanted, host: parts.address });
  const flushing = setInterval(() => use.flush(), FLUSH_MS).unref();
  return {
    port,
    authority: certificates.authority,
    async stop(graceMs) {
      gateway.stop();
      await gateway.ended(graceMs);
      gateway.close();
      peers.close();
      clearInterval(flushing);
      use.flush();
    },
  };
}

function resolutionOf(
  found: GatewayConnection,
  { databaseAuthorities: authorities }: CellGatewayParts,
): PostgresResolution {
  switch (found.kind) {
    case 'unknown':
      return found;
    case 'refused': {
      const { sqlstate, message, hint } = found.refusal;
      return { kind: 'refused', fatal: { sqlstate, message, ...(hint !== undefined && { hint }) } };
    }
    case 'waiting':
      return { kind: 'refused', fatal: notRunning(found.status) };
    case 'running': {
      const { host, port, database, roleSuffix } = found.place;
      const names = { database: database ?? undefined, roleSuffix };
      return { kind: 'running', server: tlsServer({ host, port, names, authorities }) };
    }
  }
}
