import { createHash } from 'node:crypto';
import { CATALOGUE } from '../../templates/catalogue.ts';
import type { ApiPorts, BillingPorts } from '../../functions/api/call.ts';
import type { Payments } from '../../functions/core/billing/payments.port.ts';
import { type ProjectRef, userIdSchema } from '../../functions/core/kernel/ids.ts';
import type { Table, Write } from '../../functions/core/kernel/table.port.ts';
import { type FirstUser, firstUser } from '../../functions/core/organization/first-user.ts';
import { InvitationStore } from '../../functions/core/organization/invitation-store.ts';
import { OrganizationStore } from '../../functions/core/organization/organization-store.ts';
import type { Principal } from '../../functions/core/organization/principal.ts';
import { UserStore } from '../../functions/core/organization/user-store.ts';
import { createProject } from '../../functions/core/project/create-project.ts';
import type { ProjectPorts } from '../../functions/core/project/ports.ts';
import type { LogEntry } from '../../functions/core/project/logs.port.ts';
import type { Project } from '../../functions/core/project/project.ts';
import { FunctionStore } from '../../functions/core/project/function-store.ts';
import { HostnameStore } from '../../functions/core/project/hostname-store.ts';
import { ProjectStore } from '../../functions/core/project/project-store.ts';
import { idleAfter } from '../../functions/core/usage/idle-after.ts';
import { StoredRefusals } from '../../functions/core/usage/refusal.ts';
import { StoredUse } from '../../functions/core/usage/stored-use.ts';
import { SettingsStore } from '../../functions/core/project/settings/settings-store.ts';
import { LocalWorkflows } from '../../functions/drivers/local/workflows.ts';
import { openSqliteTable } from '../../functions/drivers/sqlite/table.ts';
import { systemKeyPairs } from '../../functions/runtime/system.ts';
import { localCells } from '../../functions/runtime/local-cells.ts';
import { DOCUMENTS } from '../../functions/workflows/documents.ts';
import { runStep } from '../../functions/workflows/run-step.ts';
import { FakeCloud } from '../fakes/fake-cloud.ts';
import { trialAnswer } from '../fakes/fake-function-files.ts';
import { FakeServices } from '../fakes/fake-services.ts';
import { PaymentsModel } from '../fakes/payments-model.ts';
import { fakePorts } from '../fakes/fake-ports.ts';
import { type FaultPlan, withFaults } from '../fakes/faults.ts';

/** More than a test asks for. */
const UNLIMITED = {
  token: { requests: 1_000_000, seconds: 60 },
  address: { requests: 1_000_000, seconds: 60 },
};

const START = Date.parse('2026-01-01T00:00:00Z');

/** The control plane over drivers that can be made to fail, with a clock and a source of randomness of its own. */
export class World {
  readonly cloud = new FakeCloud();
  /** What a payment provider knows, where there is one. */
  readonly money = new PaymentsModel(() => new Date(this.#now));
  /** That provider; nobody is billed unless a test says so. */
  readonly payments: Payments;
  readonly table: Table;
  /** Every transaction that was ever asked for. */
  readonly transactions: (readonly Write[])[] = [];
  /** What has been printed by projects, of whichever. */
  readonly logs: LogEntry[] = [];
  /** What the domain name system says: TXT records by name. */
  readonly records = new Map<string, readonly string[]>();
  /** Errors that the control plane logged. */
  readonly logged: string[] = [];
  readonly services = new FakeServices((ref, path) => trialAnswer(this.cloud, ref, path));
  readonly ports: ApiPorts & BillingPorts & ProjectPorts;
  #now = START;
  #drawn = 0;
  #plan: FaultPlan = () => undefined;
  #workflows: LocalWorkflows;

  constructor(table?: Table) {
    const clock = { now: () => new Date(this.#now) };
    this.table = table ?? openSqliteTable({ path: ':memory:', clock });
    const plan: FaultPlan = (call) => this.#plan(call);
    const fakes = fakePorts(this.cloud, plan);
    const { backups, copies, databases, compute, routes, hostnames, objects } = fakes;
    const { functionFiles, secrets, inventory, notifier } = fakes;
    const faulty = withFaults('table', this.#recorded(), plan);
    this.payments = withFaults('payments', this.money, plan);
    this.#workflows = this.#newWorkflows();
    this.ports = {
      table: faulty,
      services: this.services,
      projects: new ProjectStore(faulty),
      organizations: new OrganizationStore(faulty),
      users: new UserStore(faulty),
      invitations: new InvitationStore(faulty),
      identity: null,
      dashboardUrl: 'http://dashboard.test',
      installation: {
        issuer: undefined,
        accountUrl: undefined,
        apiUrl: 'http://api.test',
        version: '0.0.0',
        target: 'local',
      },
      outbox: null,
      limits: UNLIMITED,
      payments: null,
      paymentEvents: null,
      settings: new SettingsStore(faulty),
      refusals: new StoredRefusals(faulty),
      catalogue: CATALOGUE,
      cells: localCells({ scheme: 'http', domain: 'localhost' }),
      databases,
      backups,
      copies,
      compute,
      routes,
      hostnames,
      logs: {
        read: async (_, { from, to }) =>
          this.logs.filter(({ time }) => time >= from.toISOString() && time < to.toISOString()),
      },
      hostnameStore: new HostnameStore(faulty),
      nameServers: { txt: async (name) => this.records.get(name) ?? [] },
      objects,
      functions: new FunctionStore(faulty),
      functionFiles,
      secrets,
      inventory,
      notifier,
      keyPairs: systemKeyPairs,
      target: 'local',
      idleAfter: idleAfter(),
      uses: new StoredUse({ table: faulty, clock: { now: () => new Date(this.#now) }, delayMs: 0 }),
      workflows: { start: (workflow, input) => this.#workflows.start(workflow, input) },
      clock: { now: () => new Date((this.#now += 1)) },
      random: { bytes: (length) => this.#bytes(length) },
      log: {
        info: () => {},
        within: (_, work) => work(),
        error: (message, cause) => this.logged.push(`${message}: ${String(cause)}`),
      },
    };
  }

  /** From here on calls fail as the plan says. */
  fail(plan: FaultPlan): void {
    this.#plan = plan;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Until no workflow runs any more, successful or not. */
  quiet(): Promise<void> {
    return this.#workflows.idle();
  }

  /** The control plane dies with everything that it was doing; what it had begun elsewhere stays as it is. */
  crash(): void {
    this.#workflows = this.#newWorkflows();
  }

  /** A project of the first user's; every one after the first needs a name of its own. */
  async create(name = 'app'): Promise<{
    readonly project: Project;
    readonly owner: FirstUser;
    readonly principal: Principal;
  }> {
    const owner = await firstUser('owner@example.com', this.ports);
    const principal: Principal = {
      user: { id: owner.user, email: 'owner@example.com', created_at: new Date(START).toISOString() },
      memberships: [{ organization: owner.organization, user: owner.user, role: 'owner' }],
      scopes: null,
    };
    const created = await createProject(principal, this.actor, { name, features: [] }, this.ports);
    if (!created.ok) throw new Error(created.error.message);
    return { project: created.value, owner, principal };
  }

  get actor() {
    const user = userIdSchema.parse('00000000-0000-4000-8000-000000000000');
    return { user, email: 'owner@example.com', ip: '127.0.0.1', request_id: 'request' };
  }

  #recorded(): Table {
    const { table, transactions } = this;
    return {
      get: (key) => table.get(key),
      query: (range) => table.query(range),
      queryIndex: (index, range) => table.queryIndex(index, range),
      async write(transaction) {
        transactions.push(transaction);
        return table.write(transaction);
      },
    };
  }

  async statusOf(ref: ProjectRef): Promise<string> {
    return (await this.ports.projects.find(ref))?.value.status ?? 'GONE';
  }

  #newWorkflows(): LocalWorkflows {
    const log = {
      info: () => {},
      within: <Done>(_: unknown, work: () => Done) => work(),
      error: (message: string, cause: unknown) => this.logged.push(`${message}: ${String(cause)}`),
    };
    return new LocalWorkflows(DOCUMENTS, (payload) => runStep(payload, this.ports), log, { retryMs: 0 });
  }

  #bytes(length: number): Uint8Array {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
      createHash('sha256')
        .update(`${(this.#drawn += 1)}`)
        .digest(),
    );
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  }
}
