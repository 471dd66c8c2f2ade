import { z } from 'zod';
import {
  type OrganizationSlug,
  organizationSlugSchema,
  projectRefSchema,
  userIdSchema,
} from '../../kernel/ids.ts';
import type { Item, Key, Table, Versioned, Write } from '../../kernel/table.port.ts';

const personSchema = z.object({ user: userIdSchema, email: z.string() });

const snippetSchema = z.object({
  id: z.uuid(),
  ref: projectRefSchema,
  organization: organizationSlugSchema,
  name: z.string(),
  description: z.string().nullable(),
  /** `user`: its owner alone sees it; `project`: whoever reads the project's snippets. */
  visibility: z.enum(['user', 'project']),
  favorite: z.boolean(),
  sql: z.string(),
  owner: personSchema,
  updated_by: personSchema,
  inserted_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export type Snippet = z.infer<typeof snippetSchema>;

/** Beside its project, with which it goes. */
const snippetKey = ({ ref, id }: Pick<Snippet, 'ref' | 'id'>): Key => ({
  pk: `PROJECT#${ref}`,
  sk: `SNIPPET#${id}`,
});

const parse = (item: Item): Versioned<Snippet> => ({
  value: snippetSchema.parse(item.data),
  version: item.version,
});

export async function findSnippet(id: string, table: Table): Promise<Versioned<Snippet> | undefined> {
  const { items } = await table.queryIndex('index1', { pk: `SNIPPET#${id}`, limit: 1 });
  const [found] = items;
  // The index may lag behind what it points to.
  const item = found && (await table.get({ pk: found.pk, sk: found.sk }));
  return item && parse(item);
}

export async function snippetsOf(organization: OrganizationSlug, table: Table): Promise<readonly Snippet[]> {
  const found: Snippet[] = [];
  let cursor: string | undefined;
  do {
    const range = { pk: `SNIPPETS#${organization}`, ...(cursor === undefined ? {} : { cursor }) };
    const page = await table.queryIndex('index2', range);
    found.push(...page.items.map((item) => parse(item).value));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

/** Version 0: it is new. `any`: whatever it was. */
export function putSnippet(snippet: Snippet, version: number | 'any'): Write {
  const { id, organization, inserted_at } = snippet;
  const item = {
    ...snippetKey(snippet),
    index1: { pk: `SNIPPET#${id}`, sk: 'SNIPPET' },
    index2: { pk: `SNIPPETS#${organization}`, sk: `${inserted_at}#${id}` },
    data: { ...snippet },
  };
  if (version === 'any') return { kind: 'put', item, if: version };
  return { kind: 'put', item, if: version === 0 ? 'absent' : { version } };
}

export function deleteSnippet({ value, version }: Versioned<Snippet>): Write {
  return { kind: 'delete', key: snippetKey(value), if: { version } };
}
