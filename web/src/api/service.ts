import type { Api } from './client.ts';
import { ApiError } from './error.ts';

/** What requests to a project's services carry. */
interface Credentials {
  /** What the gateway in front of them asks for: any key that is the project's. */
  readonly apikey: string;
  /** Who asks: the service role. It ends. */
  readonly token: string;
}

/** A project's own services, spoken to as their operator. */
export interface Service {
  /** Where this page asks it. */
  readonly base: string;
  /** Good for a minute at least. */
  readonly credentials: () => Promise<Credentials>;
  /** The answer as JSON; null: it has no body. */
  ask<Answer>(path: string, init?: ServiceRequest): Promise<Answer>;
  /** The answer as it came, whatever its status. */
  raw(path: string, init?: ServiceRequest): Promise<Response>;
}

interface ServiceRequest {
  readonly method?: string;
  /** As JSON. */
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** As requests carry them. */
export const headersOf = ({ apikey, token }: Credentials) => ({ apikey, authorization: `Bearer ${token}` });

const KEY_SECONDS = 300;
const RENEWED_AFTER_MS = 240_000;

/** `base`: where this page asks the services of the project. */
export function serviceAt(base: string, ref: string, api: Api): Service {
  let made: { readonly credentials: Promise<Credentials>; readonly at: number } | undefined;

  async function make(): Promise<Credentials> {
    const [{ api_key: token }, keys] = await Promise.all([
      api.call('createTemporaryApiKey', { params: { ref }, query: { authorization_exp: KEY_SECONDS } }),
      api.call('getProjectApiKeys', { params: { ref } }),
    ]);
    // The gateway of the template full knows the keys that it was started with, and no token.
    const apikey = keys.find(({ type }) => type === 'publishable')?.api_key ?? token;
    return { apikey, token };
  }
  function credentials(): Promise<Credentials> {
    if (made !== undefined && performance.now() - made.at < RENEWED_AFTER_MS) return made.credentials;
    const next = { credentials: make(), at: performance.now() };
    made = next;
    next.credentials.catch(() => {
      if (made === next) made = undefined;
    });
    return next.credentials;
  }
  async function raw(path: string, { method = 'GET', json, body, headers, signal }: ServiceRequest = {}) {
    const own = headersOf(await credentials());
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: {
          ...own,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw UNREACHABLE_PROJECT;
    }
  }
  return {
    base,
    credentials,
    raw,
    async ask<Answer>(path: string, init?: ServiceRequest): Promise<Answer> {
      let response = await raw(path, init);
      if (response.status === 401) {
        // Whoever changes what a project signs with ends what was signed before.
        made = undefined;
        response = await raw(path, init);
      }
      if (!response.ok) throw await refusalOf(response);
      const text = await response.text();
      return JSON.parse(text === '' ? 'null' : text);
    },
  };
}

const UNREACHABLE_PROJECT = new ApiError(0, {
  message: 'The project cannot be reached from this page.',
  suggestion:
    'Look whether it is running. A function that browsers call from another origin has to answer their OPTIONS requests itself.',
});

const UNKNOWN_HERE =
  'If the project’s keys were just changed, try again in a moment. Otherwise give it a publishable key: its gateway may let nobody in without.';

/** Each service words its refusals in its own way. */
async function refusalOf(response: Response): Promise<ApiError> {
  const body: Readonly<Record<string, unknown>> = await response.json().catch(() => ({}));
  const said = [body['msg'], body['message'], body['error_description'], body['error']];
  const message = said.find((each) => typeof each === 'string' && each !== '');
  const unknown = response.status === 401;
  return new ApiError(unknown ? 403 : response.status, {
    message: typeof message === 'string' ? message : `The project answered with status ${response.status}.`,
    ...(unknown ? { suggestion: UNKNOWN_HERE } : {}),
  });
}
