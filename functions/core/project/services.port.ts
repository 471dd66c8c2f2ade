import type { ProjectRef } from '../kernel/ids.ts';

export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
}

/** A project's own services, asked over HTTP as its clients ask them. */
export interface Services {
  /**
   * `path` as below the project's address: `/rest/v1/`. Any answer of the services is one, whatever its status.
   * @throws {TransientError} they cannot be reached now
   */
  get(ref: ProjectRef, path: string, headers: Readonly<Record<string, string>>): Promise<ServiceAnswer>;
  /** In the same way, for what a service is to do; nothing is sent along. */
  post(ref: ProjectRef, path: string, headers: Readonly<Record<string, string>>): Promise<ServiceAnswer>;
}
