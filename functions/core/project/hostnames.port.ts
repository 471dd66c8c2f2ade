import type { Stack } from './stack.ts';

/** `pending`: attached, and not reachable under that name everywhere yet. */
export type HostnameState = 'absent' | 'pending' | 'serving';

export type HostnameOwner = Pick<Stack, 'ref' | 'organization' | 'cell'>;

/**
 * Names that lead to a project beside its own address: vanity subdomains and custom hostnames. That nobody else has
 * the name is for the caller to know. All methods may be repeated.
 * @throws {TransientError | PortError} as the Databases port does
 */
export interface Hostnames {
  /** What the name's own record in the domain name system has to point at. */
  target(project: HostnameOwner): Promise<string>;
  /** Begins to serve the project under the name; `state` tells when it does. */
  attach(project: HostnameOwner, hostname: string): Promise<void>;
  state(project: HostnameOwner, hostname: string): Promise<HostnameState>;
  detach(project: HostnameOwner, hostname: string): Promise<void>;
  /** Detaches every name that the project is found under, whatever the records say. */
  detachAll(project: HostnameOwner): Promise<void>;
}
