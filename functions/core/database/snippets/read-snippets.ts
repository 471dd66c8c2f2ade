import { type DomainError, fail } from '../../kernel/errors.ts';
import type { ProjectRef } from '../../kernel/ids.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Table, Versioned } from '../../kernel/table.port.ts';
import { type Principal, judge } from '../../organization/principal.ts';
import { type Snippet, findSnippet, snippetsOf } from './snippet-store.ts';

interface Ports {
  readonly table: Table;
}

export interface Listing {
  readonly ref?: ProjectRef | undefined;
  readonly sortBy: 'name' | 'inserted_at';
  readonly descending: boolean;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const NO_SUCH_SNIPPET = fail('not_found', 'Snippet not found.', {
  field: 'path.id',
  suggestion: 'GET /v1/snippets lists the snippets that this token reaches.',
});

/** What is not one's own is seen by those who may read snippets of the project's organization. */
function sees(principal: Principal, { organization, owner, visibility }: Snippet): boolean {
  if (judge(principal, organization, 'snippets_read') !== 'granted') return false;
  return visibility === 'project' || owner.user === principal.user.id;
}

/** A page of the snippets that the caller sees, and the cursor of the next one, if there is one. */
export async function listSnippets(
  principal: Principal,
  { ref, sortBy, descending, limit, cursor }: Listing,
  { table }: Ports,
): Promise<Result<{ readonly snippets: readonly Snippet[]; readonly cursor?: string }, DomainError>> {
  const lists = await Promise.all(
    principal.memberships.map(({ organization }) => snippetsOf(organization, table)),
  );
  const all = lists
    .flat()
    .filter((each) => sees(principal, each) && (ref === undefined || each.ref === ref))
    .toSorted((a, b) => compare(a[sortBy], b[sortBy]) || compare(a.id, b.id));
  if (descending) all.reverse();
  const last = cursor === undefined ? -1 : all.findIndex(({ id }) => id === cursor);
  if (cursor !== undefined && last === -1) {
    return fail('validation_failed', 'query.cursor: not one that this listing gave out', {
      field: 'query.cursor',
      suggestion: 'Start again from the first page.',
    });
  }
  const snippets = all.slice(last + 1, last + 1 + limit);
  const next = snippets.at(-1);
  return next === undefined || next === all.at(-1) ? ok({ snippets }) : ok({ snippets, cursor: next.id });
}

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

export async function getSnippet(
  principal: Principal,
  id: string,
  { table }: Ports,
): Promise<Result<Versioned<Snippet>, DomainError>> {
  const found = await findSnippet(id, table);
  return found !== undefined && sees(principal, found.value) ? ok(found) : NO_SUCH_SNIPPET;
}
