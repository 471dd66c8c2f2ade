import type { MasterKey } from './master-key.ts';

/** The passwords that nobody keeps: the superuser's, and that of the role read-only queries run as. */
export class DerivedPasswords {
  readonly #key: MasterKey;

  constructor(key: MasterKey) {
    this.#key = key;
  }

  /** Also that of every cluster between its copying and its first connection. */
  ofTemplate(): string {
    return this.#key.derive('postgres template').toString('base64url');
  }

  ofSuperuser(clusterId: string): string {
    return this.#key.derive(`postgres superuser ${clusterId}`).toString('base64url');
  }

  ofReader(clusterId: string): string {
    return this.#key.derive(`postgres reader ${clusterId}`).toString('base64url');
  }
}
