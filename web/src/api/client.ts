import { PLACES } from 'virtual:operations';
import type { Session } from '../session/session.ts';
import { ApiError, UNREACHABLE } from './error.ts';
import type { AnswerOf, ErrorBody, OperationId, RequestOf } from './types.ts';

interface Loose {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

export interface Api {
  call<Id extends OperationId>(id: Id, request: RequestOf<Id>, signal?: AbortSignal): Promise<AnswerOf<Id>>;
}

/** `origin`: of the API, empty where it is that of the page. */
export function createApi(origin: string, session: Session): Api {
  async function send(url: string, init: RequestInit): Promise<Response> {
    const token = await session.token();
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    try {
      return await fetch(url, { ...init, headers });
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw UNREACHABLE;
    }
  }

  return {
    async call(id, request, signal) {
      const { params, query, body }: Loose = request;
      const [method, path] = PLACES[id] ?? ['GET', ''];
      const url = `${origin}${filled(path, params)}${searchOf(query)}`;
      const init: RequestInit = {
        method,
        ...(signal === undefined ? {} : { signal }),
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      };
      let response = await send(url, init);
      // A token can end between two renewals, as when the machine slept.
      if (response.status === 401 && (await session.renew())) response = await send(url, init);
      if (!response.ok) throw await refusalOf(response);
      const text = await response.text();
      return text === '' ? undefined : JSON.parse(text);
    },
  };
}

const entriesOf = (part: unknown): readonly (readonly [string, unknown])[] =>
  typeof part === 'object' && part !== null ? Object.entries(part) : [];

function filled(path: string, params: unknown): string {
  const values = new Map(entriesOf(params));
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(values.get(name))));
}

function searchOf(query: unknown): string {
  const given = entriesOf(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, text(value)])).toString();
  return search === '' ? '' : `?${search}`;
}

/** As a path or a query string carries it. */
function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.map(text).join(',') : String(value);
}

async function refusalOf(response: Response): Promise<ApiError> {
  try {
    const body: ErrorBody = await response.json();
    return new ApiError(response.status, body);
  } catch {
    return new ApiError(response.status, {
      message: `The API answered with status ${response.status}.`,
      suggestion: 'Try again in a moment.',
    });
  }
}
