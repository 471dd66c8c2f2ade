import { timingSafeEqual } from 'node:crypto';
import { describeError } from '../server/log.ts';
import type { Deployment, Deployments } from './deployments.ts';
import { Instance } from './instance.ts';
import type { Ending } from './process.ts';
import { refuse } from './refusal.ts';
import { dropRelease } from './release.ts';
import type { Runtime } from './runtime.ts';

/** The control plane waits a little longer. */
const BOOT_MS = 20_000;

/** As much of what a function prints as a person reads in an error. */
const MAX_LINES = 20;
const MAX_LENGTH = 2000;

const REASONS: Readonly<Partial<Record<Ending, string>>> = {
  memory: 'it takes more memory than a function may.',
  cpu: 'it takes more CPU time than a function may.',
};

/**
 * Starts versions that are not served yet, one at a time, and tells whether they come to serve. For the control plane
 * alone, which shows that it has the key; whoever has not is told what they are told of any name.
 */
export function createTrial(
  deployments: Deployments,
  runtime: Runtime,
  key: Buffer,
): (request: Request) => Promise<Response> {
  let last: Promise<unknown> = Promise.resolve();

  async function run(candidate: URLSearchParams): Promise<Response> {
    const lookup = await deployments.candidate(Object.fromEntries(candidate));
    if (lookup.kind === 'none') return refused('there is no place for functions');
    if (lookup.kind === 'broken') return refused(lookup.problem);
    const problem = await boot(lookup.deployment, runtime);
    return problem === undefined ? Response.json({ booted: true }) : refused(problem);
  }

  function failed(error: unknown): Response {
    runtime.log('error', 'a version of a function could not be tried', describeError(error));
    return refuse('BOOT_ERROR');
  }

  return (request) => {
    const given = Buffer.from(request.headers.get('x-trial-key') ?? '', 'hex');
    if (given.length !== key.length || !timingSafeEqual(given, key))
      return Promise.resolve(refuse('NOT_FOUND'));
    const candidate = new URL(request.url).searchParams;
    const answer = last.then(() => run(candidate)).catch(failed);
    last = answer;
    return answer;
  };
}

/** Why it did not come to serve; undefined when it did. */
async function boot(deployment: Deployment, runtime: Runtime): Promise<string | undefined> {
  const lines: string[] = [];
  const instance = await Instance.start(deployment, {
    ...runtime,
    limits: { ...runtime.limits, responseMs: BOOT_MS },
    log(level, message, fields) {
      // Its own end is told by `ended`; what is left is what it printed.
      if (level === 'error' && fields?.['reason'] === undefined) lines.push(message);
      runtime.log(level, message, fields);
    },
  });
  const booted = await instance.booted;
  instance.stop();
  const ending = await instance.ended;
  const { releases } = await runtime.workplace.folders();
  const folder = await dropRelease(deployment, releases).catch((error: unknown) => {
    runtime.log('warn', 'a version that was tried stays on disk', describeError(error));
    return undefined;
  });
  if (booted) return undefined;
  const printed = lines
    .slice(0, MAX_LINES)
    .join('\n')
    .replaceAll(`file://${folder ?? ''}/`, '')
    .slice(0, MAX_LENGTH);
  return (
    REASONS[ending] ?? (printed === '' ? `it did not come to serve within ${BOOT_MS / 1000} s.` : printed)
  );
}

function refused(message: string): Response {
  return Response.json({ message }, { status: 422 });
}
