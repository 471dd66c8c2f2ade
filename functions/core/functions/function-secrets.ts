import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type DomainError, fail } from '../kernel/errors.ts';
import type { ProjectRef } from '../kernel/ids.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Table, Versioned } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { ProjectPorts } from '../project/ports.ts';
import type { Project } from '../project/project.ts';
import type { ProjectSecret } from '../project/project-secret.ts';
import { deployable } from './deployable.ts';
import { publishSecrets } from './publish-functions.ts';

/** Supabase's limit. */
const MAX_SECRETS = 100;

/** Secrets Manager keeps 64 KiB for a project; its keys and passwords take some of it. */
const MAX_BYTES = 48 * 1024;

type Variables = ProjectSecret['function_secrets'];
type Ports = Pick<ProjectPorts, 'secrets' | 'functionFiles' | 'catalogue' | 'clock' | 'random'> & {
  readonly table: Table;
};

/** When each secret was last set. The values are elsewhere. */
const changedSchema = z.object({ at: z.record(z.string(), z.iso.datetime()) });

const changedKey = (ref: ProjectRef) => ({ pk: `PROJECT#${ref}`, sk: 'FUNCTION_SECRETS' });

export interface ListedSecret {
  readonly name: string;
  /** SHA-256 of its value, in hex. */
  readonly digest: string;
  readonly changed_at: string | undefined;
}

export async function listSecrets(
  ref: ProjectRef,
  ports: Pick<Ports, 'secrets' | 'table'>,
): Promise<readonly ListedSecret[]> {
  const variables = (await ports.secrets.read(ref))?.function_secrets ?? {};
  const { value: changed } = await readChanged(ref, ports);
  return Object.entries(variables)
    .map(([name, value]) => ({
      name,
      digest: createHash('sha256').update(value).digest('hex'),
      changed_at: changed[name],
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

export function setSecrets(project: Project, given: Variables, actor: Actor, ports: Ports) {
  return change(project, actor, ports, {
    action: 'function_secrets.set',
    names: Object.keys(given),
    change: (variables) => ({ ...variables, ...given }),
  });
}

export function deleteSecrets(project: Project, names: readonly string[], actor: Actor, ports: Ports) {
  return change(project, actor, ports, {
    action: 'function_secrets.delete',
    names,
    change: (variables) =>
      Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name))),
  });
}

/** The services have the new values when this answers: processes that run with the old ones take no more calls. */
async function change(
  project: Project,
  actor: Actor,
  ports: Ports,
  asked: {
    readonly action: string;
    readonly names: readonly string[];
    readonly change: (variables: Variables) => Variables;
  },
): Promise<Result<void, DomainError>> {
  const { ref, organization } = project;
  const may = deployable(project, ports);
  if (!may.ok) return may;
  let problem: string | undefined;
  const secret = await ports.secrets.revise(project, (secret) => {
    const next = asked.change(secret.function_secrets);
    problem = excess(next);
    return problem === undefined ? { ...secret, function_secrets: next } : secret;
  });
  if (problem !== undefined) return fail('validation_failed', problem, { field: 'body' });
  if (secret === undefined)
    return fail('conflict', `The project has no secrets while it is ${project.status}.`);
  const { action, names } = asked;
  for (;;) {
    const at = ports.clock.now();
    const { value, version } = await readChanged(ref, ports);
    const instants = Object.keys(secret.function_secrets).map((name) => [
      name,
      names.includes(name) ? at.toISOString() : (value[name] ?? at.toISOString()),
    ]);
    const item = { ...changedKey(ref), data: { at: Object.fromEntries(instants) } };
    const audit = auditWrite({ organization, action, subject: ref, actor, at, details: { names } });
    const condition = version === 0 ? ('absent' as const) : { version };
    const written = await ports.table.write([{ kind: 'put', item, if: condition }, audit]);
    if (written.ok) break;
  }
  await publishSecrets(ref, ports);
  return ok(undefined);
}

function excess(variables: Variables): string | undefined {
  const count = Object.keys(variables).length;
  if (count > MAX_SECRETS)
    return `body: the project would have ${count} secrets, and may have ${MAX_SECRETS}`;
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > MAX_BYTES)
    return `body: the secrets would take ${bytes} bytes in all, and may take ${MAX_BYTES}`;
  return undefined;
}

/** Version 0: nothing is stored yet. */
async function readChanged(
  ref: ProjectRef,
  { table }: Pick<Ports, 'table'>,
): Promise<Versioned<Readonly<Record<string, string>>>> {
  const item = await table.get(changedKey(ref));
  if (item === undefined) return { value: {}, version: 0 };
  return { value: changedSchema.parse(item.data).at, version: item.version };
}
