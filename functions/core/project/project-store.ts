import type { ProjectStatus } from '../../contract/status.ts';
import { type ExecutionId, type OrganizationSlug, type ProjectRef, projectRefSchema } from '../kernel/ids.ts';
import { onceParsed } from '../kernel/once-parsed.ts';
import type { DomainError } from '../kernel/errors.ts';
import type { Result } from '../kernel/result.ts';
import type { ConditionFailed, Key, NewItem, Range, Table, Versioned, Write } from '../kernel/table.port.ts';
import { type Asked, mayHave, roomForBranch, roomIn } from './room.ts';
import { runWrites } from './runs.ts';
import { parentOf } from './branch.ts';
import { type TeardownCertificate, certificateSchema } from './certificate.ts';
import { type ProgressEvent, progressEventSchema } from './progress.ts';
import { type Project, projectSchema } from './project.ts';

/** Statuses are indexed over this many partitions, so that a status which most projects share is no hot one. */
const STATUS_SHARDS = 8;

const projectKey = (ref: ProjectRef): Key => ({ pk: `PROJECT#${ref}`, sk: 'PROJECT' });
const certificateKey = (ref: ProjectRef): Key => ({ pk: `CERTIFICATE#${ref}`, sk: 'CERTIFICATE' });

type Named = Pick<Project, 'organization' | 'name' | 'ref' | 'branch'>;

/** No name begins with a blank, so that this is that of no project which is not a branch. */
const branchPrefix = (parent: ProjectRef) => `PROJECT_NAME# ${parent} `;

/**
 * One name, one project, in an organization, and one branch of a project; case and outer blanks do not tell two names
 * apart.
 */
const nameKey = (project: Named): Key => {
  const parent = parentOf(project);
  const prefix = parent === undefined ? 'PROJECT_NAME#' : branchPrefix(parent);
  return {
    pk: `ORGANIZATION#${project.organization}`,
    sk: `${prefix}${project.name.trim().toLowerCase()}`,
  };
};

/** While it is there, the organization takes no new projects. */
const closedKey = (organization: OrganizationSlug): Key => ({
  pk: `ORGANIZATION#${organization}`,
  sk: 'CLOSED',
});

/** Longer than a deletion takes: one that died halfway must not keep the organization closed. */
const CLOSED_SECONDS = 60;

const projectOf = onceParsed(projectSchema);

type EventPlace = Pick<ProgressEvent, 'execution' | 'position' | 'step'>;

const eventKey = (ref: ProjectRef, { execution, position, step }: EventPlace): Key => ({
  pk: `PROJECT#${ref}`,
  sk: `EVENT#${execution}#${String(position).padStart(3, '0')}#${step}`,
});

function shardOf(ref: ProjectRef): number {
  return Buffer.from(ref).reduce((sum, byte) => sum + byte, 0) % STATUS_SHARDS;
}

function projectItem(project: Project): NewItem {
  return {
    ...projectKey(project.ref),
    index1: {
      pk: `ORGANIZATION#${project.organization}`,
      sk: `PROJECT#${project.created_at}#${project.ref}`,
    },
    index2: {
      pk: `STATUS#${project.status}#${shardOf(project.ref)}`,
      sk: `${project.deadline ?? ''}#${project.ref}`,
    },
    data: { ...project },
  };
}

export class ProjectStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** For conditions on the record in writes of what belongs to the project. */
  keyOf(ref: ProjectRef): Key {
    return projectKey(ref);
  }

  async find(ref: ProjectRef): Promise<Versioned<Project> | undefined> {
    const item = await this.#table.get(projectKey(ref));
    return item && { value: projectOf(item.data), version: item.version };
  }

  /** Newest last. */
  async ofOrganization(organization: OrganizationSlug): Promise<readonly Project[]> {
    const items = await this.#all('index1', { pk: `ORGANIZATION#${organization}`, prefix: 'PROJECT#' });
    return items.map((item) => projectSchema.parse(item.data));
  }

  async inStatus(status: ProjectStatus): Promise<readonly Project[]> {
    const shards = Array.from({ length: STATUS_SHARDS }, (_, shard) => `STATUS#${status}#${shard}`);
    const pages = await Promise.all(shards.map((pk) => this.#all('index2', { pk })));
    return pages.flat().map((item) => projectSchema.parse(item.data));
  }

  /** Fails at write 1 when another project of the organization has the name, at 2 when it is closed. */
  create(project: Project, more: readonly Write[]): Promise<Result<void, ConditionFailed>> {
    return this.#table.write([
      { kind: 'put', if: 'absent', item: projectItem(project) },
      { kind: 'put', if: 'absent', item: { ...nameKey(project), data: { ref: project.ref } } },
      { kind: 'check', if: 'absent', key: closedKey(project.organization) },
      ...more,
    ]);
  }

  /** From here on no project is created in the organization: unless its deletion dies halfway. */
  async closeTo(organization: OrganizationSlug, now: Date): Promise<void> {
    const expires_at = Math.floor(now.getTime() / 1000) + CLOSED_SECONDS;
    await this.#table.write([
      { kind: 'put', if: 'any', item: { ...closedKey(organization), expires_at, data: {} } },
    ]);
  }

  closedForever(organization: OrganizationSlug): Write {
    return { kind: 'put', if: 'any', item: { ...closedKey(organization), data: {} } };
  }

  async reopenTo(organization: OrganizationSlug): Promise<void> {
    await this.#table.write([{ kind: 'delete', if: 'any', key: closedKey(organization) }]);
  }

  /** As the table itself knows it, which an index may not yet. */
  async anyIn(organization: OrganizationSlug): Promise<boolean> {
    const range = { pk: `ORGANIZATION#${organization}`, prefix: 'PROJECT_NAME#', limit: 1 };
    return (await this.#table.query(range)).items.length > 0;
  }

  /** What makes room for one more active project of the organization, `besides` this one; an error: there is none. */
  roomIn(
    organization: OrganizationSlug,
    besides?: ProjectRef,
  ): Promise<Result<readonly Write[], DomainError>> {
    return roomIn(organization, this.#table, () => this.#named(organization), besides);
  }

  /** Whether the plan of the organization has what is asked for. */
  mayHave(organization: OrganizationSlug, asked: Asked): Promise<Result<undefined, DomainError>> {
    return mayHave(organization, asked, this.#table);
  }

  /** Whether the plan of the organization has one more branch of the project. */
  async roomForBranch(parent: Project): Promise<Result<undefined, DomainError>> {
    return roomForBranch(parent.organization, (await this.branchesOf(parent)).length, this.#table);
  }

  /** Of the organization, as the table itself knows them. */
  async #named(organization: OrganizationSlug): Promise<readonly Project[]> {
    const names = await this.#all('table', {
      pk: `ORGANIZATION#${organization}`,
      prefix: 'PROJECT_NAME#',
    });
    const found = await Promise.all(names.map(({ data }) => this.find(projectRefSchema.parse(data['ref']))));
    return found.flatMap((project) => (project === undefined ? [] : [project.value]));
  }

  /** Those that come from the project, by name, as the table itself knows them. */
  async branchesOf({
    ref,
    organization,
  }: Pick<Project, 'ref' | 'organization'>): Promise<readonly Project[]> {
    const range = { pk: `ORGANIZATION#${organization}`, prefix: branchPrefix(ref) };
    const names = await this.#all('table', range);
    const found = await Promise.all(names.map(({ data }) => this.find(projectRefSchema.parse(data['ref']))));
    return found.flatMap((branch) => (branch === undefined ? [] : [branch.value]));
  }

  /** What puts a changed record in the place of the one that was read, for writes of several records. */
  replacing(read: Versioned<Project>, next: Project): Write {
    return { kind: 'put', if: { version: read.version }, item: projectItem(next) };
  }

  /** Fails at write 0 when the project is no longer the one that was read. */
  update(
    read: Versioned<Project>,
    next: Project,
    more: readonly Write[] = [],
  ): Promise<Result<void, ConditionFailed>> {
    return this.#table.write([
      this.replacing(read, next),
      ...renaming(read.value, next),
      ...more,
      ...runWrites(read.value, next),
    ]);
  }

  /** To another organization. Fails at write 1 when that one has a project of the name, at 2 when it is closed. */
  move(
    read: Versioned<Project>,
    organization: OrganizationSlug,
    now: Date,
    more: readonly Write[],
  ): Promise<Result<void, ConditionFailed>> {
    const next = { ...read.value, organization, updated_at: now.toISOString() };
    return this.#table.write([
      this.replacing(read, next),
      { kind: 'put', if: 'absent', item: { ...nameKey(next), data: { ref: next.ref } } },
      { kind: 'check', if: 'absent', key: closedKey(organization) },
      { kind: 'delete', key: nameKey(read.value), if: 'any' },
      ...more,
    ]);
  }

  /** Ends the record of the project; its certificate and its organization's audit events stay. */
  remove(read: Versioned<Project>): Promise<Result<void, ConditionFailed>> {
    return this.#table.write([
      { kind: 'delete', key: projectKey(read.value.ref), if: { version: read.version } },
      { kind: 'delete', key: nameKey(read.value), if: 'any' },
    ]);
  }

  async saveCertificate(certificate: TeardownCertificate): Promise<void> {
    const { ref, organization, removed_at } = certificate;
    const item = {
      ...certificateKey(ref),
      index1: { pk: `ORGANIZATION#${organization}`, sk: `CERTIFICATE#${removed_at}#${ref}` },
      data: { ...certificate },
    };
    await this.#table.write([{ kind: 'put', if: 'any', item }]);
  }

  async certificate(ref: ProjectRef): Promise<TeardownCertificate | undefined> {
    const item = await this.#table.get(certificateKey(ref));
    return item && certificateSchema.parse(item.data);
  }

  /** One per execution and step; a step that is run again overwrites its own. */
  async recordEvent(ref: ProjectRef, event: ProgressEvent): Promise<void> {
    await this.#table.write([
      { kind: 'put', if: 'any', item: { ...eventKey(ref, event), data: { ...event } } },
    ]);
  }

  async event(ref: ProjectRef, at: EventPlace): Promise<ProgressEvent | undefined> {
    const item = await this.#table.get(eventKey(ref, at));
    return item && progressEventSchema.parse(item.data);
  }

  /** Oldest execution first, each in the order of its steps. */
  async events(ref: ProjectRef, execution?: ExecutionId): Promise<readonly ProgressEvent[]> {
    const prefix = execution === undefined ? 'EVENT#' : `EVENT#${execution}#`;
    const items = await this.#all('table', { pk: `PROJECT#${ref}`, prefix });
    return items.map((item) => progressEventSchema.parse(item.data));
  }

  /** Deletes all that is kept beside the record: events, restrictions of the network, failed logins… */
  async forgetBelongings(ref: ProjectRef): Promise<void> {
    const record = projectKey(ref);
    for (const { pk, sk } of await this.#all('table', { pk: record.pk })) {
      if (sk !== record.sk) await this.#table.write([{ kind: 'delete', key: { pk, sk }, if: 'any' }]);
    }
  }

  async #all(where: 'table' | 'index1' | 'index2', range: Range) {
    const found = [];
    let cursor: string | undefined;
    do {
      const from = { ...range, ...(cursor === undefined ? {} : { cursor }) };
      const page = await (where === 'table' ? this.#table.query(from) : this.#table.queryIndex(where, from));
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
    return found;
  }
}

function renaming(before: Project, after: Project): readonly Write[] {
  if (nameKey(before).sk === nameKey(after).sk) return [];
  return [
    { kind: 'put', if: 'absent', item: { ...nameKey(after), data: { ref: after.ref } } },
    { kind: 'delete', key: nameKey(before), if: 'any' },
  ];
}
