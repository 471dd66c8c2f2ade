import { type DomainError, fail } from '../kernel/errors.ts';
import { type Result, ok } from '../kernel/result.ts';
import type { Versioned, Write } from '../kernel/table.port.ts';
import { auditWrite } from '../organization/audit.ts';
import type { Actor } from '../organization/principal.ts';
import type { HostnameKind, ProjectHostname } from './hostname-store.ts';
import type { NameServers } from './name-servers.port.ts';
import type { ProjectPorts } from './ports.ts';
import type { Project } from './project.ts';

export interface HostnamePorts extends Pick<
  ProjectPorts,
  'hostnames' | 'hostnameStore' | 'clock' | 'random' | 'cells'
> {
  readonly nameServers: NameServers;
}

export interface HostnameView {
  readonly hostname: ProjectHostname;
  /** Whether clients reach the project under it. */
  readonly serving: boolean;
  readonly problems: readonly string[];
}

const TAKEN = fail('conflict', 'Another project has this name.', {
  suggestion: 'Choose another one, or free it at the other project first.',
});
const CHANGED = fail('conflict', 'The name was changed by others at this moment.', {
  suggestion: 'Try again.',
});
const NONE = fail('not_found', 'The project has no custom hostname.', {
  suggestion: 'Begin with POST /v1/projects/{ref}/custom-hostname/initialize.',
});

export const challengeName = (hostname: string) => `_baseplane-challenge.${hostname}`;

/** The domain that projects of the project's cell have their addresses under. */
function domainOf({ cell }: Project, { cells }: Pick<HostnamePorts, 'cells'>): string {
  const found = cells.get(cell);
  if (found === undefined) throw new Error(`the cell ${cell} is unknown`);
  return found.origin.domain;
}

export async function viewHostname(
  project: Project,
  kind: HostnameKind,
  ports: HostnamePorts,
): Promise<HostnameView | undefined> {
  const found = await ports.hostnameStore.find(project.ref, kind);
  return found && view(project, found.value, ports);
}

/** Serves the project under `<label>.<domain>`, which the installation has already, so that there is nothing to prove. */
export async function activateVanity(
  project: Project,
  label: string,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<HostnameView, DomainError>> {
  const hostname = `${label}.${domainOf(project, ports)}`;
  const found = await ports.hostnameStore.find(project.ref, 'vanity');
  if (found !== undefined && found.value.hostname !== hostname) {
    const given = await giveUp(project, found, actor, ports);
    if (!given.ok) return given;
    return activateVanity(project, label, actor, ports);
  }
  const next = found?.value ?? newHostname('vanity', hostname, ports);
  return activate(project, found, next, actor, ports);
}

/** Whether no project has the subdomain; its own does not count as taken. */
export async function vanityIsFree(project: Project, label: string, ports: HostnamePorts): Promise<boolean> {
  const owner = await ports.hostnameStore.ownerOf(`${label}.${domainOf(project, ports)}`);
  return owner === undefined || owner === project.ref;
}

/** Notes that the project is to have the name; whether it may, `verifyCustom` finds out. */
export async function initializeCustom(
  project: Project,
  hostname: string,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<HostnameView, DomainError>> {
  const domain = domainOf(project, ports);
  if (hostname === domain || hostname.endsWith(`.${domain}`)) {
    return fail('validation_failed', `body.custom_hostname: must not be under ${domain}`, {
      field: 'body.custom_hostname',
      suggestion: 'A name under it is a vanity subdomain.',
    });
  }
  const found = await ports.hostnameStore.find(project.ref, 'custom');
  if (found?.value.hostname === hostname) return ok(await view(project, found.value, ports));
  if (found !== undefined) {
    const given = await giveUp(project, found, actor, ports);
    if (!given.ok) return given;
  }
  const next = newHostname('custom', hostname, ports);
  const audit = auditOf(project, 'initialize', next, actor, ports);
  const saved = await ports.hostnameStore.save(project.ref, undefined, next, [audit]);
  return saved.ok ? ok(await view(project, next, ports)) : CHANGED;
}

/** Looks for the proof in the name's own zone; from then on the name is the project's. */
export async function verifyCustom(
  project: Project,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<HostnameView, DomainError>> {
  const found = await ports.hostnameStore.find(project.ref, 'custom');
  if (found === undefined) return NONE;
  const { hostname, challenge, status } = found.value;
  if (status !== 'initiated') return ok(await view(project, found.value, ports));
  const records = await ports.nameServers.txt(challengeName(hostname));
  if (!records.includes(challenge)) {
    const problem =
      records.length === 0
        ? `There is no TXT record at ${challengeName(hostname)}.`
        : `The TXT record at ${challengeName(hostname)} has another value.`;
    return ok({ hostname: found.value, serving: false, problems: [problem] });
  }
  const next: ProjectHostname = { ...found.value, status: 'verified' };
  const audit = auditOf(project, 'verify', next, actor, ports);
  const saved = await ports.hostnameStore.save(project.ref, found, next, [audit]);
  if (!saved.ok) return saved.error.write === 1 ? TAKEN : CHANGED;
  await ports.hostnames.attach(project, hostname);
  return ok(await view(project, next, ports));
}

export async function activateCustom(
  project: Project,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<HostnameView, DomainError>> {
  const found = await ports.hostnameStore.find(project.ref, 'custom');
  if (found === undefined) return NONE;
  if (found.value.status === 'initiated') {
    return fail('conflict', `${found.value.hostname} is not verified.`, {
      suggestion: 'Publish the TXT record, then POST /v1/projects/{ref}/custom-hostname/reverify.',
    });
  }
  return activate(project, found, found.value, actor, ports);
}

/** Ends a name's leading to the project; a project without one is fine. */
export async function releaseHostname(
  project: Project,
  kind: HostnameKind,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<undefined, DomainError>> {
  const found = await ports.hostnameStore.find(project.ref, kind);
  return found === undefined ? ok(undefined) : giveUp(project, found, actor, ports);
}

/** The name is claimed before it is attached, so that two projects cannot both be; cut short, it can be asked for again. */
async function activate(
  project: Project,
  found: Versioned<ProjectHostname> | undefined,
  hostname: ProjectHostname,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<HostnameView, DomainError>> {
  const next: ProjectHostname = { ...hostname, status: 'active' };
  const audit = auditOf(project, 'activate', next, actor, ports);
  const saved = await ports.hostnameStore.save(project.ref, found, next, [audit]);
  if (!saved.ok) return saved.error.write === 1 ? TAKEN : CHANGED;
  await ports.hostnames.attach(project, next.hostname);
  return ok(await view(project, next, ports));
}

async function giveUp(
  project: Project,
  found: Versioned<ProjectHostname>,
  actor: Actor,
  ports: HostnamePorts,
): Promise<Result<undefined, DomainError>> {
  await ports.hostnames.detach(project, found.value.hostname);
  const audit = auditOf(project, 'release', found.value, actor, ports);
  const released = await ports.hostnameStore.release(project.ref, found, [audit]);
  return released.ok ? ok(undefined) : CHANGED;
}

async function view(
  project: Project,
  hostname: ProjectHostname,
  ports: HostnamePorts,
): Promise<HostnameView> {
  const attached = hostname.status !== 'initiated';
  const state = attached ? await ports.hostnames.state(project, hostname.hostname) : 'absent';
  return { hostname, serving: state === 'serving', problems: [] };
}

function newHostname(
  kind: HostnameKind,
  hostname: string,
  { clock, random }: HostnamePorts,
): ProjectHostname {
  const challenge = Buffer.from(random.bytes(24)).toString('base64url');
  return { kind, hostname, status: 'initiated', challenge, created_at: clock.now().toISOString() };
}

function auditOf(
  { ref, organization }: Project,
  action: string,
  { kind, hostname }: ProjectHostname,
  actor: Actor,
  { clock }: HostnamePorts,
): Write {
  return auditWrite({
    organization,
    action: `hostname.${action}`,
    subject: ref,
    actor,
    at: clock.now(),
    details: { kind, hostname },
  });
}
