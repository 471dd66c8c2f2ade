import { z } from 'zod';
import { INSTANCE_SIZES, type InstanceSize } from '../../contract/regions.ts';
import type { ProjectStatus } from '../../contract/status.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import type { Table, Write } from '../kernel/table.port.ts';
import type { Project } from './project.ts';
import { meteredItem, usagePartition } from './metered-project.ts';

/** While a project can be used, and its organization pays for its compute. */
const RUNNING: readonly ProjectStatus[] = [
  'ACTIVE_HEALTHY',
  'ACTIVE_UNHEALTHY',
  'RESTARTING',
  'RESIZING',
  'UPGRADING',
];

type Sized = Pick<Project, 'status' | 'size' | 'tools'>;

/** The size that runs, null: none does; and whether tools run beside it. */
function running({ status, size, tools }: Sized): Pick<Change, 'size' | 'tools'> {
  return RUNNING.includes(status) ? { size, tools: tools.stack } : { size: null, tools: false };
}

const changeSchema = z.object({
  at: z.iso.datetime(),
  size: z.enum(INSTANCE_SIZES).nullable(),
  tools: z.boolean().default(false),
});

type Change = z.infer<typeof changeSchema>;

/**
 * Stands in the transaction that changes a project's status, so that what ran from when until when is known to the
 * millisecond, whichever job looks at it however late. Of two changes in one millisecond the last one counts.
 */
export function runWrites(before: Sized & Pick<Project, 'organization'>, after: Project): readonly Write[] {
  const [was, is] = [running(before), running(after)];
  const metered = { kind: 'put', if: 'any', item: meteredItem(after) } as const;
  if (was.size === is.size && was.tools === is.tools)
    return before.organization === after.organization ? [] : [metered];
  const { ref, updated_at: at } = after;
  return [
    { kind: 'put', if: 'any', item: { pk: usagePartition(ref), sk: `RUN#${at}`, data: { at, ...is } } },
    metered,
  ];
}

/** Of a project that has run since before such things were noted. */
export async function noteRunning(project: Project, table: Table): Promise<void> {
  const { items } = await table.query({ pk: usagePartition(project.ref), prefix: 'RUN#', limit: 1 });
  const writes = items.length > 0 ? [] : runWrites({ ...project, status: 'INACTIVE' }, project);
  if (writes.length > 0) await table.write(writes);
}

/** A stretch of time that a project ran in. */
export interface Run {
  readonly size: InstanceSize;
  /** Whether its tools ran beside it. */
  readonly tools: boolean;
  readonly start: Date;
  /** Undefined: it still runs. */
  readonly end: Date | undefined;
}

/** All runs of a project, oldest first. */
export async function runsOf(ref: ProjectRef, table: Table): Promise<readonly Run[]> {
  const changes: Change[] = [];
  let cursor: string | undefined;
  do {
    const range = { pk: usagePartition(ref), prefix: 'RUN#', limit: 1000 };
    const page = await table.query({ ...range, ...(cursor === undefined ? {} : { cursor }) });
    changes.push(...page.items.map(({ data }) => changeSchema.parse(data)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return changes.flatMap(({ at, size, tools }, index) => {
    const next = changes[index + 1];
    if (size === null) return [];
    return [{ size, tools, start: new Date(at), end: next === undefined ? undefined : new Date(next.at) }];
  });
}
