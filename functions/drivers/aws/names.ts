import { createHash } from 'node:crypto';
import { projectRefSchema, type ProjectRef } from '../../core/kernel/ids.ts';
import type { Stack } from '../../core/project/stack.ts';
import { type AwsCell, ownerOf } from './cell.ts';

/** How a project's resources are called. Every name follows from the ref, so that a step that died finds them again. */

/** The tag that says whose a resource is. */
export const PROJECT_TAG = 'baseplane:project';
export const CELL_TAG = 'baseplane:cell';

const PREFIX = 'baseplane-';

/** The services in ECS that a project can have: what serves it, and its tools beside that. */
export type Part = 'project' | 'tools';

const ENDING: Readonly<Record<Part, string>> = { project: '', tools: '-tools' };

/** ECS service, task definition family, IAM role, RDS cluster and instance: each is unique among its kind. */
export const resourceName = (ref: ProjectRef) => `${PREFIX}${ref}`;

/** A part's ECS service and task definition family. */
export const partName = (ref: ProjectRef, part: Part) => `${resourceName(ref)}${ENDING[part]}`;

/** A part's entry in Cloud Map. */
export const entryName = (ref: ProjectRef, part: Part) => `${ref}${ENDING[part]}`;

/** Where the tasks of a part are found, in the cell's own namespace. */
export const internalName = (cell: AwsCell, ref: ProjectRef, part: Part) =>
  `${entryName(ref, part)}.${cell.id}.internal`;

export function refOfEntry(name: string): ProjectRef | undefined {
  const ref = name.endsWith(ENDING.tools) ? name.slice(0, -ENDING.tools.length) : name;
  return projectRefSchema.safeParse(ref).data;
}

export function refOf(name: string | undefined): ProjectRef | undefined {
  if (name?.startsWith(PREFIX) !== true) return undefined;
  return projectRefSchema.safeParse(name.slice(PREFIX.length)).data;
}

/** Roles of one cell are together, so that they can be listed. */
export const rolePath = (cell: AwsCell) => `/baseplane/${cell.id}/`;

export function roleArn(cell: AwsCell, ref: ProjectRef): string {
  const { partition, account } = ownerOf(cell);
  return `arn:${partition}:iam::${account}:role${rolePath(cell)}${resourceName(ref)}`;
}

/** What a cluster beside the project's own is for: it is about to take its place, or has given it up. */
export type SiblingKind = 'next' | 'old';

/** Of the recovery by this id. RDS takes 63 characters. */
export const siblingName = (ref: ProjectRef, kind: SiblingKind, recovery: number) =>
  `${resourceName(ref)}-${kind}-${recovery}`;

export interface Sibling {
  readonly name: string;
  readonly kind: SiblingKind;
  readonly recovery: number;
}

export function siblingOf(ref: ProjectRef, name: string): Sibling | undefined {
  const [, kind, recovery] = new RegExp(`^${resourceName(ref)}-(next|old)-(\\d+)$`).exec(name) ?? [];
  return kind === 'next' || kind === 'old' ? { name, kind, recovery: Number(recovery) } : undefined;
}

export const snapshotName = (ref: ProjectRef, backup: number) => `${resourceName(ref)}-${backup}`;

/** The id of the backup that a snapshot is, if it is one of the project's. */
export function backupOf(ref: ProjectRef, name = ''): number | undefined {
  const [, id] = new RegExp(`^${resourceName(ref)}-(\\d+)$`).exec(name) ?? [];
  return id === undefined ? undefined : Number(id);
}

export function clusterArn(cell: AwsCell, ref: ProjectRef): string {
  const { partition, account } = ownerOf(cell);
  return `arn:${partition}:rds:${cell.region}:${account}:cluster:${resourceName(ref)}`;
}

/** Names of distribution tenants have no dots and at most 128 characters. */
export const hostnamePrefix = (ref: ProjectRef) => `${PREFIX}${ref}-`;

export function tenantName(ref: ProjectRef, hostname: string): string {
  return `${hostnamePrefix(ref)}${createHash('sha256').update(hostname).digest('hex').slice(0, 20)}`;
}

export const objectPrefix = (ref: ProjectRef) => `${ref}/`;
/** Beside the buckets of Storage, none of which can have this name. The light template is told it by its task. */
export const functionPrefix = (ref: ProjectRef) => `${objectPrefix(ref)}~functions/`;
export const secretName = (cell: AwsCell, ref: ProjectRef) => `${cell.secretPrefix}${ref}`;
export const recordName = (cell: AwsCell, ref: ProjectRef) => `${ref}.${cell.rootDomain}`;

/**
 * The name of a project's database on the shared cluster. All of its users see the names of all databases and roles,
 * so it must not tell the ref, which is the project's address; 80 bits of a hash never meet by chance.
 */
export function databaseName(ref: ProjectRef): string {
  return `p${createHash('sha256').update(`baseplane database ${ref}`).digest('hex').slice(0, 20)}`;
}

/** What tells a project's roles from those of the others, at the end of their names. */
export const roleSuffix = (ref: ProjectRef) => `_${databaseName(ref)}`;

export type Owner = Pick<Stack, 'ref' | 'organization'>;

/** In the form that most services take. */
export function tagsOf(cell: AwsCell, { ref, organization }: Owner): { Key: string; Value: string }[] {
  return [
    { Key: PROJECT_TAG, Value: ref },
    { Key: 'baseplane:org', Value: organization },
    { Key: CELL_TAG, Value: cell.id },
  ];
}

/** In the form that ECS takes. */
export function ecsTagsOf(cell: AwsCell, owner: Owner): { key: string; value: string }[] {
  return tagsOf(cell, owner).map(({ Key, Value }) => ({ key: Key, value: Value }));
}
