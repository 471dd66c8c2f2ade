import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Caller } from '../gateway/caller.ts';
import type { Service, ServiceContext } from '../server/service.ts';
import { createAdmission } from './admission.ts';
import { findDeno } from './deno-program.ts';
import { Deployments } from './deployments.ts';
import type { FilePlace } from '../files/place.ts';
import { environmentOf } from './environment.ts';
import { FolderStore } from './folder-store.ts';
import { forward } from './forward.ts';
import { serviceKey } from './keys.ts';
import { createFunctionMeter } from './meter.ts';
import { Pool } from './pool.ts';
import { refuse } from './refusal.ts';
import { S3Store } from './s3-store.ts';
import { openSecrets } from './secrets.ts';
import type { FunctionStore } from './store.port.ts';
import { createTrial } from './trial.ts';
import { forwardUpgrade } from './upgrade.ts';
import { Workplace } from './workplace.ts';

const PREFIX = '/functions/v1';

export async function createFunctionsService(context: ServiceContext): Promise<Service> {
  const { config, log, metrics } = context;
  const { limits, deno: program = findDeno() } = config.functions;
  if (program === undefined)
    log(
      'error',
      'functions cannot run: npm has no Deno for this machine, set FUNCTIONS_DENO to a Deno program',
    );
  const { origin, host } = new URL(config.externalUrl);
  const workplace = new Workplace(config.functions.cache);
  const identity = { projectRef: config.projectRef, password: config.postgres.password };
  const deployments = new Deployments(storeIn(config.functions.place, workplace), (sealed) =>
    openSecrets(sealed, identity),
  );
  const meter = createFunctionMeter(metrics, () => pool.size);
  const runtime = {
    program: program ?? '',
    workplace,
    limits,
    environment: environmentOf(config),
    origin,
    log,
    meter,
  };
  const pool = new Pool(runtime);
  const trial = createTrial(deployments, runtime, serviceKey(identity, 'function trial'));
  const admit = createAdmission({ deployments, pool, rules: config, log });

  const slugOf = (target: URL) => target.pathname.slice(PREFIX.length).split('/')[1] ?? '';
  const pathOf = (target: URL) => target.pathname.slice(PREFIX.length) + target.search;

  async function fetch(request: Request, caller: Caller): Promise<Response> {
    const target = new URL(request.url);
    if (target.pathname === `${PREFIX}/_internal/health`) return Response.json({ message: 'ok' });
    if (target.pathname === `${PREFIX}/_internal/trial`) return trial(request);
    const started = performance.now();
    const slug = slugOf(target);
    const authorization = request.headers.get('authorization') ?? undefined;
    const taken = await admit({ slug, method: request.method, authorization, caller });
    const response = taken.ok
      ? await forward(request, { ...taken, path: pathOf(target), host, limits })
      : refuse(taken.code, taken.details);
    const known = taken.ok || taken.code !== 'NOT_FOUND';
    if (known) meter.invocation(slug, response.status, performance.now() - started);
    return response;
  }

  async function upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    caller: Caller,
  ): Promise<void> {
    const target = new URL(request.url ?? '/', origin);
    const { authorization } = request.headers;
    const started = performance.now();
    const slug = slugOf(target);
    const taken = await admit({ slug, method: 'GET', authorization, caller });
    if (taken.ok) {
      meter.invocation(slug, 101, performance.now() - started);
      return forwardUpgrade(request, socket, head, { ...taken, path: pathOf(target), host, limits });
    }
    const { status } = refuse(taken.code, taken.details);
    socket.end(`HTTP/1.1 ${status} ${taken.code}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  return {
    name: 'functions',
    prefix: PREFIX,
    judgesTokens: true,
    transparent: true,
    fetch,
    upgrade: (...handshake) => void upgrade(...handshake),
    async health() {
      if (program === undefined)
        return { healthy: false, error: 'There is no Deno program to run functions.' };
      const problem = await deployments.problem();
      return problem === undefined ? { healthy: true } : { healthy: false, error: problem };
    },
    async close() {
      await pool.close();
      await workplace.clear();
    },
  };
}

function storeIn(place: FilePlace | undefined, workplace: Workplace): FunctionStore | undefined {
  if (place === undefined) return undefined;
  if (place.kind === 'disk') return new FolderStore(place.path);
  return new S3Store(place, async () => (await workplace.folders()).bundles);
}
