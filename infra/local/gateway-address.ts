import { type ProjectRef, projectRefSchema } from '../../functions/core/kernel/ids.ts';

export type Destination =
  | { readonly kind: 'control'; readonly path: string }
  /** `prefix` is what was taken off the front of the path. */
  | { readonly kind: 'project'; readonly ref: ProjectRef; readonly path: string; readonly prefix: string }
  /** The address has the form of a project's, and no project can have that name. */
  | { readonly kind: 'no_project'; readonly name: string }
  | { readonly kind: 'invalid'; readonly reason: string };

export interface Address {
  /** Host and port as the client wrote them. */
  readonly authority: string;
  readonly destination: Destination;
}

/** Which names lead to which project. */
export interface Names {
  /** Projects answer at `<ref>.<domain>`; lower case. */
  readonly domain: string;
  /** The project that has a name, in lower case, beside its own address. */
  readonly projectAt: (hostname: string) => ProjectRef | undefined;
}

const AUTHORITY = /^(?<name>\[[\d:a-f.]+\]|[\w.-]+)(?<port>:\d{0,5})?$/i;
const ABSOLUTE_FORM = /^https?:\/\/(?<authority>[^/?]*)(?<path>.*)$/i;
const PROJECT_PATH = /^(?<prefix>\/p\/(?<name>[^/?]*))(?<path>.*)$/;

function invalid(reason: string): Address {
  return { authority: '', destination: { kind: 'invalid', reason } };
}

/**
 * Where a request goes, by its Host first and then by its path. The path goes on as it was written: what `..`, `//` or
 * `%2F` mean is for the project to say.
 */
export function addressOf(url: string, hosts: readonly string[], names: Names): Address {
  // RFC 9112, 3.2.2: the host of an absolute URL stands above the Host header.
  const absolute = ABSOLUTE_FORM.exec(url)?.groups;
  const target = absolute ? `${absolute['path']}` : url;
  const path = absolute && !target.startsWith('/') ? `/${target}` : target;
  const authority = absolute?.['authority'] ?? hosts[0] ?? '';
  if (hosts.length > 1) return invalid('There is more than one Host header.');
  if (!path.startsWith('/')) return invalid('The request names no path.');
  const name = AUTHORITY.exec(authority)?.groups?.['name'];
  if (name === undefined && (absolute || authority !== '')) return invalid('The request names no host.');
  return { authority, destination: destinationOf(name ?? '', path, names) };
}

function destinationOf(host: string, path: string, { domain, projectAt }: Names): Destination {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name.endsWith(`.${domain}`)) {
    const ref = projectRefSchema.safeParse(name.slice(0, -domain.length - 1));
    if (ref.success) return { kind: 'project', ref: ref.data, path, prefix: '' };
  }
  const owner = projectAt(name);
  if (owner !== undefined) return { kind: 'project', ref: owner, path, prefix: '' };
  const match = PROJECT_PATH.exec(path)?.groups;
  if (!match) return { kind: 'control', path };
  const ref = projectRefSchema.safeParse(match['name']);
  if (!ref.success) return { kind: 'no_project', name: `${match['name']}` };
  const rest = `${match['path']}`;
  return {
    kind: 'project',
    ref: ref.data,
    path: rest.startsWith('/') ? rest : `/${rest}`,
    prefix: `${match['prefix']}`,
  };
}
