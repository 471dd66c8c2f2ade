import type { Caller } from '../gateway/caller.ts';
import { answerFailure, fail, type Failed, type Outcome, succeed } from './failures.ts';
import { type Route, ROUTES } from './routes.ts';
import type { Storage } from './storage.ts';
import { answerInspiteOfBody } from './uploads/unread-body.ts';

type Refusal = NonNullable<Caller['refused']>;

/** What storage-api says to those whom it cannot take for anybody. */
const REFUSALS: Readonly<Record<Refusal, Failed>> = {
  missing: fail('InvalidRequest', "headers must have required property 'authorization'"),
  malformed: fail('AccessDenied', 'Invalid Compact JWS'),
  signature: fail('AccessDenied', 'signature verification failed'),
  expired: fail('AccessDenied', '"exp" claim timestamp check failed'),
  'not-yet-valid': fail('AccessDenied', '"nbf" claim timestamp check failed'),
  foreign: fail('AccessDenied', 'JWT was issued for another project'),
  claims: fail('AccessDenied', 'Invalid JWT claims'),
};

const PATTERNS = ROUTES.map((route) => ({ route, pattern: patternOf(route.path) }));

interface Match {
  readonly route: Route;
  readonly bucket: string;
  readonly name: string;
}

/** Answers a request below `prefix`. */
export function answer(
  storage: Storage,
  prefix: string,
  incoming: Request,
  caller: Caller,
): Promise<Response> {
  return answerInspiteOfBody(incoming, async (request) => {
    const outcome = await route(storage, prefix, request, caller);
    return outcome.ok ? outcome.value : answerFailure(outcome.failure);
  });
}

async function route(
  storage: Storage,
  prefix: string,
  request: Request,
  caller: Caller,
): Promise<Outcome<Response>> {
  const url = new URL(request.url);
  const match = findRoute(request.method, url.pathname.slice(prefix.length));
  if (!match.ok) return match;
  const { bucket, name } = match.value;
  const { access, operation, handle } = match.value.route;
  const { refused } = caller;
  if (refused !== undefined && access === 'caller') return REFUSALS[refused];
  const anonymous = refused !== undefined;
  const scope = { identity: caller, operation, request };
  return handle(storage, { request, url, caller, anonymous, scope, bucket, name });
}

function findRoute(method: string, path: string): Outcome<Match> {
  for (const { route, pattern } of PATTERNS) {
    if (route.method !== method && route.method !== '*') continue;
    const found = pattern.exec(path);
    if (found === null) continue;
    const bucket = decode(found.groups?.['bucket']);
    const name = decode(found.groups?.['name']);
    if (bucket === undefined || name === undefined)
      return fail('InvalidRequest', 'The path is not valid percent-encoded UTF-8.');
    return succeed({ route, bucket, name });
  }
  return fail('RouteNotFound', `Route ${method}:${path} not found`);
}

function patternOf(path: string): RegExp {
  const body = path.replace(/\*$/, '(?<name>.*)').replace(':bucket', '(?<bucket>[^/]+)');
  return new RegExp(`^${body}${path.endsWith('*') ? '' : '/?'}$`, 's');
}

function decode(text = ''): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
