import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { ServiceAnswer, Services } from '../../core/project/services.port.ts';

/** Types of a large schema take a while; on a busy machine the start of what makes them alone takes half a minute. */
const TIMEOUT_MS = 120_000;

type Headers = Readonly<Record<string, string>>;

/** Asks through the socket that serves the project. */
export class LocalServices implements Services {
  readonly #lookup: (ref: ProjectRef) => string | undefined;

  constructor(lookup: (ref: ProjectRef) => string | undefined) {
    this.#lookup = lookup;
  }

  get(ref: ProjectRef, path: string, headers: Headers): Promise<ServiceAnswer> {
    return this.#ask('GET', ref, path, headers);
  }

  post(ref: ProjectRef, path: string, headers: Headers): Promise<ServiceAnswer> {
    return this.#ask('POST', ref, path, headers);
  }

  async #ask(
    method: 'GET' | 'POST',
    ref: ProjectRef,
    path: string,
    headers: Headers,
  ): Promise<ServiceAnswer> {
    const socketPath = this.#lookup(ref);
    if (socketPath === undefined) throw new TransientError(`The services of ${ref} are not there.`);
    const { promise, resolve, reject } = Promise.withResolvers<ServiceAnswer>();
    const call = request(
      { socketPath, method, path, timeout: TIMEOUT_MS, headers: { host: 'localhost', ...headers } },
      (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
      },
    );
    call.on('timeout', () => call.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    call.on('error', reject);
    call.end();
    return promise.catch((cause: unknown) => {
      throw new TransientError(`The services of ${ref} do not answer.`, { cause });
    });
  }
}
