import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { REGION_CODES } from '../../functions/contract/regions.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { type FirstUser, firstUser } from '../../functions/core/organization/first-user.ts';
import { OrganizationStore } from '../../functions/core/organization/organization-store.ts';
import type { Backup } from '../../functions/core/project/backups.port.ts';
import { createBranch } from '../../functions/core/branches/create-branch.ts';
import { createRestorePoint, restoreBackup, restoreToTime } from '../../functions/core/project/backups.ts';
import { type ProjectRequest, beginTransition } from '../../functions/core/project/begin-transition.ts';
import type { Cell } from '../../functions/core/project/cells.port.ts';
import { createProject } from '../../functions/core/project/create-project.ts';
import { HostnameStore } from '../../functions/core/project/hostname-store.ts';
import type { Table } from '../../functions/core/kernel/table.port.ts';
import type { ProjectPorts } from '../../functions/core/project/ports.ts';
import type { Project } from '../../functions/core/project/project.ts';
import type { RotatedSecret } from '../../functions/core/project/rotation.ts';
import { keepRotation } from '../../functions/core/project/rotations.ts';
import { upgradeTemplate } from '../../functions/core/project/upgrade-template.ts';
import { FunctionStore } from '../../functions/core/project/function-store.ts';
import { StoredRefusals } from '../../functions/core/usage/refusal.ts';
import { StoredUse } from '../../functions/core/usage/stored-use.ts';
import { SettingsStore } from '../../functions/core/project/settings/settings-store.ts';
import { ProjectStore } from '../../functions/core/project/project-store.ts';
import type { Log } from '../../functions/core/kernel/log.port.ts';
import type { Workflows } from '../../functions/core/project/workflows.port.ts';
import { LocalWorkflows, type StepFunction } from '../../functions/drivers/local/workflows.ts';
import { rotateSecrets } from '../../functions/jobs/rotate-secrets.ts';
import { systemKeyPairs } from '../../functions/runtime/system.ts';
import { changeTools } from '../../functions/core/project/tools.ts';
import { runStep } from '../../functions/workflows/run-step.ts';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { random } from '../contracts/stack-fixture.ts';
import { inFunction } from './around-calls.ts';
import { hasty } from './hasty.ts';
import type { AwsWorld } from './world.ts';

export interface RunningWorkflows extends Workflows {
  /** Resolves when none runs any more, successful or not. */
  idle(): Promise<void>;
}

/** What is waited for has happened in an emulator within as many looks, or never will. */
export const LOOKS = 12;

/** As Step Functions would run them, but for their patience. */
const runHere = (run: StepFunction, log: Log): RunningWorkflows =>
  new LocalWorkflows(hasty({ looks: LOOKS }), run, log, { retryMs: 0 });

/** The control plane of a cell: its state, its workflows, and what can be asked of it. */
export class ControlPlane {
  readonly ports: ProjectPorts & { readonly table: Table };
  /** What it logged as errors. */
  readonly logged: string[] = [];
  readonly #world: AwsWorld;
  readonly #newWorkflows: (run: StepFunction, log: Log) => RunningWorkflows;
  #workflows: RunningWorkflows;
  #ahead = 0;

  /** `newWorkflows`: what runs them; here, unless it is said otherwise. */
  constructor(world: AwsWorld, newWorkflows = runHere) {
    this.#world = world;
    this.#newWorkflows = newWorkflows;
    this.#workflows = this.#start();
    const cell: Cell = {
      id: world.cell.id,
      target: 'aws',
      origin: { scheme: 'https', domain: world.cell.rootDomain },
    };
    this.ports = {
      ...world.drivers,
      table: world.table,
      projects: new ProjectStore(world.table),
      hostnameStore: new HostnameStore(world.table),
      organizations: new OrganizationStore(world.table),
      functions: new FunctionStore(world.table),
      settings: new SettingsStore(world.table),
      refusals: new StoredRefusals(world.table),
      catalogue: CATALOGUE,
      cells: {
        get: (id) => (id === cell.id ? cell : undefined),
        place: () => ({ cell, region: z.enum(REGION_CODES).parse(world.cell.region) }),
        regions: () => [z.enum(REGION_CODES).parse(world.cell.region)],
      },
      uses: new StoredUse({ ...world, clock: { now: () => new Date(Date.now() + this.#ahead) }, delayMs: 0 }),
      workflows: { start: (workflow, input) => this.#workflows.start(workflow, input) },
      clock: { now: () => new Date(Date.now() + this.#ahead) },
      random,
      log: {
        info: () => {},
        within: (_, work) => work(),
        error: (message, cause) => this.#note(message, cause),
      },
    };
  }

  async create({
    tier = 'pooled',
    template = 'light',
  }: Partial<Pick<Project, 'tier' | 'template'>> = {}): Promise<ProjectRef> {
    const owner = await this.#owner();
    const created_at = this.ports.clock.now().toISOString();
    const { user, organization } = owner;
    const principal = {
      user: { id: user, email: OWNER, created_at },
      memberships: [{ organization, user, role: 'owner' as const }],
      scopes: null,
    };
    const request = { name: randomUUID(), features: [], template, tier };
    const created = await createProject(principal, actorOf(owner), request, this.ports);
    if (!created.ok) throw new Error(created.error.message);
    return created.value.ref;
  }

  /** A branch with data. */
  async branch(ref: ProjectRef, name: string): Promise<ProjectRef> {
    const request = { name, persistent: false, withData: true };
    const actor = actorOf(await this.#owner());
    const begun = await createBranch(await this.#running(ref), request, actor, this.ports);
    if (!begun.ok) throw new Error(begun.error.message);
    return begun.value.ref;
  }

  async ask(ref: ProjectRef, request: ProjectRequest): Promise<void> {
    const begun = await beginTransition(ref, request, actorOf(await this.#owner()), this.ports);
    if (!begun.ok) throw new Error(begun.error.message);
  }

  /** To the newest version of its template. */
  async upgrade(ref: ProjectRef): Promise<void> {
    const actor = actorOf(await this.#owner());
    const begun = await upgradeTemplate(await this.#running(ref), actor, this.ports);
    if (!begun.ok) throw new Error(begun.error.message);
  }

  /** Has the record say that what runs is of another version of the template. */
  async recordVersion(ref: ProjectRef, template_version: string): Promise<void> {
    const read = await this.ports.projects.find(ref);
    if (read !== undefined) await this.ports.projects.update(read, { ...read.value, template_version });
  }

  /** Has its tools run beside it, or no more. */
  async tools(ref: ProjectRef, enabled: boolean): Promise<void> {
    const changed = await changeTools(ref, enabled, actorOf(await this.#owner()), this.ports);
    if (!changed.ok) throw new Error(changed.error.message);
  }

  /** Takes a backup by hand. */
  async backUp(ref: ProjectRef, name: string): Promise<void> {
    const ports = { ...this.ports, table: this.#world.table };
    const taken = await createRestorePoint(
      await this.#running(ref),
      name,
      actorOf(await this.#owner()),
      ports,
    );
    if (!taken.ok) throw new Error(taken.error.message);
  }

  /** Puts the database back to a backup, or to a time. */
  async recover(ref: ProjectRef, to: ((backup: Backup) => boolean) | Date): Promise<void> {
    const ports = { ...this.ports, table: this.#world.table };
    const [project, actor] = [await this.#running(ref), actorOf(await this.#owner())];
    const begun =
      typeof to === 'function'
        ? await restoreBackup(project, to, actor, ports)
        : await restoreToTime(project, to, actor, ports);
    if (!begun.ok) throw new Error(begun.error.message);
  }

  /** The job that replaces secrets, for a project that has had one replaced every week, and last time long ago. */
  async rotate(ref: ProjectRef, secret: RotatedSecret): Promise<void> {
    const every_days = { signing_key: null, database_password: null, [secret]: 7 };
    await keepRotation({ ref, every_days, password_at: new Date(0).toISOString() }, this.ports.table);
    const ports = { ...this.ports, keyPairs: systemKeyPairs };
    await inFunction.run('rotateSecrets', () => rotateSecrets(ports));
  }

  async #running(ref: ProjectRef): Promise<Project> {
    const read = await this.ports.projects.find(ref);
    if (read === undefined) throw new Error(`there is no project ${ref}`);
    return read.value;
  }

  async statusOf(ref: ProjectRef): Promise<string> {
    return (await this.ports.projects.find(ref))?.value.status ?? 'GONE';
  }

  /** Until no workflow runs any more, successful or not. */
  quiet(): Promise<void> {
    return this.#workflows.idle();
  }

  /** It dies with everything that it was doing; what it had begun at AWS stays as it is. */
  crash(): void {
    this.#workflows = this.#start();
  }

  pass(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  #owner(): Promise<FirstUser> {
    return firstUser(OWNER, { ...this.ports, table: this.#world.table });
  }

  #start(): RunningWorkflows {
    const log = {
      info: () => {},
      within: <Done>(_: unknown, work: () => Done) => work(),
      error: (message: string, cause: unknown) => this.#note(message, cause),
    };
    return this.#newWorkflows((payload) => inFunction.run('step', () => runStep(payload, this.ports)), log);
  }

  #note(message: string, cause: unknown): void {
    this.logged.push(`${message}: ${String(cause)}`);
  }
}

const OWNER = 'owner@example.com';

const actorOf = ({ user }: FirstUser) => ({ user, email: OWNER, ip: '127.0.0.1', request_id: 'request' });
