import type { OrganizationSlug, ProjectRef } from '../kernel/ids.ts';
import type { NewItem, Table } from '../kernel/table.port.ts';
import { type Project, projectSchema } from './project.ts';

/** Beside the project's own records, which go with the project: what it has used is owed afterwards too. */
export const usagePartition = (ref: ProjectRef) => `USAGE#${ref}`;

/** What a bill needs to know of a project, as it was when it last began or ceased to run. It outlives the project. */
const meteredSchema = projectSchema.pick({
  ref: true,
  name: true,
  organization: true,
  cell: true,
  tier: true,
  template: true,
});

export type MeteredProject = Readonly<Pick<Project, keyof typeof meteredSchema.shape>>;

export function meteredItem(project: Project): NewItem {
  const { ref, name, organization, cell, tier, template } = project;
  return {
    pk: usagePartition(ref),
    sk: 'PROJECT',
    index1: { pk: `ORGANIZATION#${organization}`, sk: `METERED#${ref}` },
    data: { ref, name, organization, cell, tier, template },
  };
}

/** Every project that the organization ever ran, by ref. */
export async function meteredProjects(
  organization: OrganizationSlug,
  table: Table,
): Promise<readonly MeteredProject[]> {
  const found: MeteredProject[] = [];
  let cursor: string | undefined;
  do {
    const range = { pk: `ORGANIZATION#${organization}`, prefix: 'METERED#', limit: 1000 };
    const page = await table.queryIndex('index1', { ...range, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items.map(({ data }) => meteredSchema.parse(data)));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}
