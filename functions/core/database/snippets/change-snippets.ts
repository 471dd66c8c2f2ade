import type { Clock } from '../../kernel/clock.port.ts';
import { type DomainError, fail } from '../../kernel/errors.ts';
import { newUuid } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.port.ts';
import { type Result, ok } from '../../kernel/result.ts';
import type { Table, Write } from '../../kernel/table.port.ts';
import { auditWrite } from '../../organization/audit.ts';
import type { Actor, Principal } from '../../organization/principal.ts';
import type { Project } from '../../project/project.ts';
import { getSnippet } from './read-snippets.ts';
import { type Snippet, deleteSnippet, putSnippet } from './snippet-store.ts';

interface Ports {
  readonly table: Table;
  readonly clock: Clock;
  readonly random: Random;
}

export type SnippetText = Pick<Snippet, 'name' | 'description' | 'visibility' | 'favorite' | 'sql'>;

export async function createSnippet(
  { ref, organization }: Project,
  text: SnippetText,
  actor: Actor,
  ports: Ports,
): Promise<Result<Snippet, DomainError>> {
  const now = ports.clock.now().toISOString();
  const person = { user: actor.user, email: actor.email };
  const made = { owner: person, updated_by: person, inserted_at: now, updated_at: now };
  const snippet: Snippet = { id: newUuid(ports.random), ref, organization, ...text, ...made };
  await write('create', snippet, putSnippet(snippet, 0), actor, ports);
  return ok(snippet);
}

/** What is not given stays. Whoever sees a snippet and may write to the database may change it. */
export async function updateSnippet(
  project: Project,
  id: string,
  change: { readonly [Field in keyof SnippetText]?: SnippetText[Field] | undefined },
  caller: { readonly principal: Principal; readonly actor: Actor },
  ports: Ports,
): Promise<Result<Snippet, DomainError>> {
  const found = await snippetIn(project, id, caller.principal, ports);
  if (!found.ok) return found;
  const { value, version } = found.value;
  const { name, description, visibility, favorite, sql } = change;
  const next: Snippet = {
    ...value,
    name: name ?? value.name,
    description: description === undefined ? value.description : description,
    visibility: visibility ?? value.visibility,
    favorite: favorite ?? value.favorite,
    sql: sql ?? value.sql,
    updated_by: { user: caller.actor.user, email: caller.actor.email },
    updated_at: ports.clock.now().toISOString(),
  };
  const written = await write('update', next, putSnippet(next, version), caller.actor, ports);
  return written ? ok(next) : CHANGED;
}

export async function removeSnippet(
  project: Project,
  id: string,
  caller: { readonly principal: Principal; readonly actor: Actor },
  ports: Ports,
): Promise<Result<undefined, DomainError>> {
  const found = await snippetIn(project, id, caller.principal, ports);
  if (!found.ok) return found;
  const written = await write('delete', found.value.value, deleteSnippet(found.value), caller.actor, ports);
  return written ? ok(undefined) : CHANGED;
}

const CHANGED = fail('conflict', 'The snippet was changed by others at this moment.', {
  suggestion: 'Try again.',
});

async function snippetIn({ ref }: Project, id: string, principal: Principal, ports: Ports) {
  const found = await getSnippet(principal, id, ports);
  if (!found.ok || found.value.value.ref === ref) return found;
  return fail('not_found', 'The project has no such snippet.', { field: 'path.id' });
}

async function write(
  what: 'create' | 'update' | 'delete',
  { id, organization, ref }: Snippet,
  change: Write,
  actor: Actor,
  { table, clock }: Ports,
): Promise<boolean> {
  const action = `snippet.${what}`;
  const audit = { organization, action, subject: id, actor, at: clock.now(), details: { ref } };
  return (await table.write([change, auditWrite(audit)])).ok;
}
