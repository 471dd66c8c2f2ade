import { type LocalCloud, composeLocal } from '../../functions/runtime/compose-local.ts';
import type { LocalConfig } from '../../functions/runtime/config.ts';
import { systemClock } from '../../functions/runtime/system.ts';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import { openCertificateAuthority } from './certificate-authority.ts';
import { type Gateway, createGateway } from './gateway.ts';
import type { ExchangeReports } from './gateway-exchange.ts';
import { controlServer } from './control-server.ts';
import { writeLocalJson, writeProfile } from './local-files.ts';
import { openPorts } from './open-ports.ts';
import { ownerOf } from './owner.ts';
import { createPostgresGateway } from '../postgres-gateway/gateway.ts';
import { type ProjectPlaces, projectPlaces } from './project-places.ts';
import { lockState } from './state-lock.ts';
import { useOfProjects } from './use-of-projects.ts';

/** How long requests in flight may take when the cloud is told to stop. */
const GRACE_MS = 3_000;

export interface RunningCloud {
  readonly apiUrl: string;
  readonly dataRoot: string;
  readonly log: Log;
  close(): Promise<void>;
}

/** Starts everything and answers when it is ready. PortError: it can't start, and why. */
export async function startCloud(config: LocalConfig): Promise<RunningCloud> {
  const lock = lockState(config.home);
  const started: (() => void | Promise<void>)[] = [() => lock.release()];
  const close = async () => {
    for (const end of started.splice(0).toReversed()) await end();
  };
  try {
    const { home, projectDomain: domain } = config;
    const certificates =
      config.tlsPort === undefined && config.postgresPort === undefined
        ? undefined
        : openCertificateAuthority({ home, domain, clock: systemClock });
    const cloud = await composeLocal(config);
    const places = projectPlaces(cloud);
    const { onRequest, onResponse, onMessage, onLogin, onSent, onAnswered } = useOfProjects(cloud);
    const gateway = gatewayOf(config, cloud, { places, onRequest, onResponse, onMessage });
    const postgres = createPostgresGateway({
      domain,
      certificates,
      resolve: (ref, client) => places.postgres(ref, client),
      onLogin,
      onSent,
      onAnswered,
      log: cloud.log,
    });
    cloud.meter.watch({
      connections: () => gateway.connections(),
      sessions: () => postgres.sessions(),
      executions: cloud.executions,
    });
    // The sessions that are left when the clusters stop are told so by their own Postgres.
    started.push(() => postgres.close());
    started.push(() => cloud.close());
    started.push(() => gateway.close(GRACE_MS));
    started.push(() => postgres.stop());
    started.push(() => places.close());
    await openPorts({ gateway, postgres }, config, certificates);
    await cloud.start();
    const apiUrl = `http://localhost${config.port === 80 ? '' : `:${config.port}`}`;
    const owner = await ownerOf(config.home, cloud);
    writeProfile(config.home, { apiUrl, projectHost: config.projectDomain });
    writeLocalJson(config.home, {
      api_url: apiUrl,
      dashboard_url: apiUrl,
      access_token: owner.accessToken,
      organization_slug: owner.organization,
      pid: process.pid,
      ca_cert: certificates?.caCertPath ?? null,
    });
    cloud.resume();
    return { apiUrl, dataRoot: cloud.dataRoot, log: cloud.log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function gatewayOf(
  config: LocalConfig,
  cloud: LocalCloud,
  { places, ...reports }: ExchangeReports & { readonly places: ProjectPlaces },
): Gateway {
  const control = controlServer(config, cloud);
  return createGateway({
    names: { domain: config.projectDomain, projectAt: cloud.projectAt },
    control,
    resolve: (ref, arrival) => places.http(ref, arrival),
    log: cloud.log,
    ...reports,
  });
}
