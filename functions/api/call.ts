import type { Clock } from '../core/kernel/clock.port.ts';
import type { PaymentEvents, Payments } from '../core/billing/payments.port.ts';
import type { Target } from '../contract/jobs.ts';
import type { Actor, Principal } from '../core/organization/principal.ts';
import type { AuthenticatePorts } from '../core/organization/authenticate.ts';
import { InvitationStore } from '../core/organization/invitation-store.ts';
import type { InvitePorts } from '../core/organization/invite.ts';
import { SettingsStore } from '../core/project/settings/settings-store.ts';
import type { Limit } from '../core/organization/sliding-window.ts';
import { UserStore } from '../core/organization/user-store.ts';
import type { KeyPairs } from '../core/project/key-pairs.port.ts';
import { FunctionStore } from '../core/project/function-store.ts';
import { HostnameStore } from '../core/project/hostname-store.ts';
import type { Installation } from '../core/organization/installation.ts';
import type { Log } from '../core/kernel/log.port.ts';
import type { Notifier } from '../core/kernel/notifier.port.ts';
import type { Outbox } from '../core/kernel/outbox.port.ts';
import type { Logs } from '../core/project/logs.port.ts';
import type { NameServers } from '../core/project/name-servers.port.ts';
import type { Meter } from '../core/metrics/meter.port.ts';
import type { StatePorts } from '../core/metrics/state-metrics.ts';
import type { ProjectPorts } from '../core/project/ports.ts';
import type { IdleAfter } from '../core/usage/idle-after.ts';
import type { Services } from '../core/project/services.port.ts';
import type { Catalogue } from '../core/project/template.ts';
import { ProjectStore } from '../core/project/project-store.ts';
import type { Table } from '../core/kernel/table.port.ts';

/** What it takes to tell who asks for something of an organization, and to answer. */
export interface EntryPorts extends AuthenticatePorts {
  readonly limits: RateLimits;
  readonly dashboardUrl: string;
  readonly log: Log;
  readonly meter?: Meter;
}

/** What it takes to tell how the installation is. */
export interface MetricsPorts extends EntryPorts, StatePorts {
  readonly table: Table;
  readonly clock: Clock;
}

/** What requests about money need. */
export interface BillingPorts extends EntryPorts {
  readonly notifier: Notifier;
  /** Null: the installation bills nobody. */
  readonly payments: Payments | null;
  /** Null: what the payment provider tells is not listened to. */
  readonly paymentEvents: PaymentEvents | null;
  readonly projects: ProjectStore;
  readonly catalogue: Catalogue;
  /** Whose resources projects are made of. */
  readonly target: Target;
}

/** All that requests need; the rest of a project's ports is for workflows alone. */
export interface ApiPorts
  extends Omit<ProjectPorts, 'routes' | 'objects' | 'inventory' | 'copies'>, EntryPorts, InvitePorts {
  readonly nameServers: NameServers;
  readonly logs: Logs;
  readonly services: Services;
  readonly keyPairs: KeyPairs;
  /** Whose jobs there are. */
  readonly target: Target;
  readonly installation: Installation;
  /** Null: mails are sent. */
  readonly outbox: Outbox | null;
  readonly idleAfter: IdleAfter;
}

/** How often somebody may ask: whoever has a token, by token, over all processes; whoever has none, by address. */
interface RateLimits {
  readonly token: Limit;
  readonly address: Limit;
}

/** The same ports, with every record written through this table. */
export function portsOver<Ports extends EntryPorts>(ports: Ports, table: Table): Ports {
  return {
    ...ports,
    table,
    projects: new ProjectStore(table),
    organizations: ports.organizations.over(table),
    invitations: new InvitationStore(table),
    users: new UserStore(table),
    hostnameStore: new HostnameStore(table),
    settings: new SettingsStore(table),
    functions: new FunctionStore(table),
  };
}

/** A request that has been parsed, in the types of its operation's contract. */
export interface Parsed<Params, Query, Body, Ports = ApiPorts> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly idempotencyKey: string | undefined;
  readonly ports: Ports;
}

export interface Caller {
  readonly principal: Principal;
  readonly actor: Actor;
}
