import { ApiError } from './error.ts';

/** A project's own services, spoken to with its secret key: what the dashboard does there, its operator does. */
export interface Service {
  /** Where this page asks it. */
  readonly base: string;
  readonly key: string;
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

export function serviceAt(base: string, key: string): Service {
  async function raw(path: string, { method = 'GET', json, body, headers, signal }: ServiceRequest = {}) {
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: {
          apikey: key,
          authorization: `Bearer ${key}`,
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
    key,
    raw,
    async ask<Answer>(path: string, init?: ServiceRequest): Promise<Answer> {
      const response = await raw(path, init);
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

/** Each service words its refusals in its own way. */
async function refusalOf(response: Response): Promise<ApiError> {
  const body: Readonly<Record<string, unknown>> = await response.json().catch(() => ({}));
  const said = [body['msg'], body['message'], body['error_description'], body['error']];
  const message = said.find((each) => typeof each === 'string' && each !== '');
  return new ApiError(response.status === 401 ? 403 : response.status, {
    message: typeof message === 'string' ? message : `The project answered with status ${response.status}.`,
  });
}
