import { readFileSync } from 'node:fs';
import { getRequestListener } from '@hono/node-server';
import { z } from 'zod';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { type LocalCloud, composeLocal } from '../../functions/runtime/compose-local.ts';
import type { LocalConfig } from '../../functions/runtime/config.ts';
import { openCertificateAuthority } from './certificate-authority.ts';
import { type Gateway, type Resolution, createGateway } from './gateway.ts';
import { homePage } from './home-page.ts';
import { writeLocalJson, writeProfile } from './local-files.ts';
import { openPorts } from './open-ports.ts';
import { ownerOf } from './owner.ts';
import { lockState } from './state-lock.ts';

const packageFile = new URL('../../package.json', import.meta.url);
const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(packageFile, 'utf8')));

/** How long requests in flight may take when the cloud is told to stop. */
const GRACE_MS = 3_000;

/** Seconds after which it makes sense to ask again for a project that does not run yet. */
const RETRY_AFTER = 1;

export interface RunningCloud {
  readonly apiUrl: string;
  readonly dataRoot: string;
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
    const cloud = await composeLocal(config);
    started.push(() => cloud.close());
    const gateway = gatewayOf(config, cloud);
    started.push(() => gateway.close(GRACE_MS));
    const certificates =
      config.tlsPort === undefined
        ? undefined
        : openCertificateAuthority({
            home: config.home,
            domain: config.projectDomain,
            clock: cloud.ports.clock,
          });
    await openPorts(gateway, config, certificates);
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
    return { apiUrl, dataRoot: cloud.dataRoot, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function gatewayOf(config: LocalConfig, cloud: LocalCloud): Gateway {
  const port = config.port === 80 ? '' : `:${config.port}`;
  const page = homePage({
    origin: `http://localhost${port}`,
    projectOrigin: `http://<ref>.${config.projectDomain}${port}`,
    version,
  });
  const api = getRequestListener(
    (request, { incoming }) => {
      if (request.method === 'GET' && new URL(request.url).pathname === '/') {
        return new Response(page, { headers: HTML });
      }
      return cloud.api.fetch(request, { ip: incoming.socket.remoteAddress ?? '' });
    },
    // The gateway reads on when an answer comes before the end of the body; the adapter would cut the connection.
    { autoCleanupIncoming: false },
  );
  return createGateway({
    domain: config.projectDomain,
    control: (request, response) => void api(request, response),
    resolve: (ref) => resolve(ref, cloud),
    log: cloud.log,
  });
}

const HTML = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
};

async function resolve(ref: ProjectRef, { lookup, ports }: LocalCloud): Promise<Resolution> {
  const socketPath = lookup(ref);
  if (socketPath !== undefined) return { kind: 'running', socketPath };
  const project = await ports.projects.find(ref);
  if (project === undefined) return { kind: 'unknown' };
  const { status, template } = project.value;
  const services = ports.catalogue.templates.find(({ name }) => name === template)?.services ?? [];
  if (services.every((name) => name === 'db')) return { kind: 'unknown' };
  return { kind: 'waiting', status, retryAfter: RETRY_AFTER };
}
