import { TransientError } from '../../functions/core/kernel/errors.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { ServiceAnswer, Services } from '../../functions/core/project/services.port.ts';

interface Asked {
  readonly ref: ProjectRef;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What services answer that no test has told anything. */
type Otherwise = (ref: ProjectRef, path: string) => ServiceAnswer | undefined;

/** Services that answer what a test has them answer, by path; others do not answer at all. */
export class FakeServices implements Services {
  readonly answers = new Map<string, ServiceAnswer>();
  readonly asked: Asked[] = [];
  readonly #otherwise: Otherwise;

  constructor(otherwise: Otherwise = () => undefined) {
    this.#otherwise = otherwise;
  }

  post(ref: ProjectRef, path: string, headers: Asked['headers']): Promise<ServiceAnswer> {
    return this.get(ref, `POST ${path}`, headers);
  }

  async get(ref: ProjectRef, path: string, headers: Asked['headers']): Promise<ServiceAnswer> {
    this.asked.push({ ref, path, headers });
    const answer = this.answers.get(path) ?? this.#otherwise(ref, path);
    if (answer === undefined) throw new TransientError(`The services of ${ref} do not answer.`);
    return answer;
  }
}
