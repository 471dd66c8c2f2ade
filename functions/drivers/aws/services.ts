import { TransientError } from '../../core/kernel/errors.ts';
import type { ProjectRef } from '../../core/kernel/ids.ts';
import type { ServiceAnswer, Services } from '../../core/project/services.port.ts';

/** Types of a large schema take a while; API Gateway waits 30 s for an answer. */
const TIMEOUT_MS = 25_000;

type Headers = Readonly<Record<string, string>>;

/** Asks at the project's public address, for nothing of the control plane is in the network of its cell. */
export class PublicServices implements Services {
  readonly #urlOf: (ref: ProjectRef) => Promise<string>;

  constructor(urlOf: (ref: ProjectRef) => Promise<string>) {
    this.#urlOf = urlOf;
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
    const url = new URL(path, await this.#urlOf(ref));
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const answer = await fetch(url, { method, headers, redirect: 'error', signal });
      return { status: answer.status, body: await answer.text() };
    } catch (cause) {
      throw new TransientError(`The services of ${ref} do not answer.`, { cause });
    }
  }
}
