import { snippetOperations } from '../../contract/snippets.contract.ts';
import { createSnippet, removeSnippet, updateSnippet } from '../../core/database/snippets/change-snippets.ts';
import { getSnippet, listSnippets } from '../../core/database/snippets/read-snippets.ts';
import type { Snippet } from '../../core/database/snippets/snippet-store.ts';
import { projectRefSchema } from '../../core/kernel/ids.ts';
import { numericId } from '../../core/kernel/numeric-id.ts';
import { ok } from '../../core/kernel/result.ts';
import type { ApiPorts } from '../call.ts';
import { type Route, onCaller, onProject } from '../route.ts';

const O = snippetOperations;

export const snippetRoutes: Record<keyof typeof snippetOperations, Route> = {
  listSnippets: onCaller(O.listSnippets, async ({ query, principal, ports }) => {
    const { project_ref, limit = '100', sort_by: sortBy = 'inserted_at', sort_order, cursor } = query;
    const ref = project_ref === undefined ? undefined : projectRefSchema.parse(project_ref);
    const descending = sort_order === 'desc';
    const listing = { ref, sortBy, descending, limit: Number(limit), cursor };
    const found = await listSnippets(principal, listing, ports);
    if (!found.ok) return found;
    const { snippets, cursor: next } = found.value;
    const data = await Promise.all(snippets.map((each) => render(each, ports)));
    return ok({ data, ...(next === undefined ? {} : { cursor: next }) });
  }),

  getSnippet: onCaller(O.getSnippet, async ({ params, principal, ports }) => {
    const found = await getSnippet(principal, params.id, ports);
    return found.ok ? ok(await renderWhole(found.value.value, ports)) : found;
  }),

  createSnippet: onProject(O.createSnippet, async ({ project, body, actor, ports }) => {
    const { description = null, visibility = 'user', favorite = false, ...text } = body;
    const whole = { ...text, description, visibility, favorite };
    const created = await createSnippet(project.value, whole, actor, ports);
    return created.ok ? ok(await renderWhole(created.value, ports)) : created;
  }),

  updateSnippet: onProject(O.updateSnippet, async ({ project, params, body, principal, actor, ports }) => {
    const updated = await updateSnippet(project.value, params.id, body, { principal, actor }, ports);
    return updated.ok ? ok(await renderWhole(updated.value, ports)) : updated;
  }),

  deleteSnippet: onProject(O.deleteSnippet, ({ project, params, principal, actor, ports }) =>
    removeSnippet(project.value, params.id, { principal, actor }, ports),
  ),
};

const renderPerson = ({ user, email }: Snippet['owner']) => ({
  id: numericId(user),
  username: email.split('@')[0] ?? email,
});

async function render(snippet: Snippet, { projects }: ApiPorts) {
  const { id, inserted_at, updated_at, visibility, name, description, favorite, ref } = snippet;
  const project = await projects.find(ref);
  return {
    id,
    inserted_at,
    updated_at,
    type: 'sql' as const,
    visibility,
    name,
    description,
    project: { id: numericId(ref), ref, name: project?.value.name ?? ref },
    owner: renderPerson(snippet.owner),
    updated_by: renderPerson(snippet.updated_by),
    favorite,
  };
}

async function renderWhole(snippet: Snippet, ports: ApiPorts) {
  const { favorite, sql } = snippet;
  return { ...(await render(snippet, ports)), content: { favorite, schema_version: '1.0', sql } };
}
