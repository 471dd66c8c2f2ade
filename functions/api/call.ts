import type { Actor, Principal } from '../core/organization/principal.ts';
import type { AuthenticatePorts } from '../core/organization/authenticate.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { Services } from '../core/project/services.port.ts';
import type { Table } from '../core/kernel/table.port.ts';

/** All that requests need; the rest of a project's ports is for workflows alone. */
export interface ApiPorts
  extends Omit<ProjectPorts, 'routes' | 'objects' | 'inventory' | 'notifier'>, AuthenticatePorts {
  readonly table: Table;
  readonly services: Services;
}

/** A request that has been parsed, in the types of its operation's contract. */
export interface Parsed<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly idempotencyKey: string | undefined;
  readonly ports: ApiPorts;
}

export interface Caller {
  readonly principal: Principal;
  readonly actor: Actor;
}
