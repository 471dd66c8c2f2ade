import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import { PortError } from '../../functions/core/kernel/errors.ts';
import { type Host, type Issuer, issueAuthority, issueServer } from '../postgres-gateway/x509.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
/** Clients refuse a server's certificate of more than 398 days. */
const SERVER_DAYS = 365;
/** A certificate with less than this left is replaced. */
const RENEWAL_DAYS = 30;
/** X.520's limit on a common name. */
const MAX_NAME = 64;
/** For clients whose clock is behind. */
const BACKDATED_MS = 60 * 60 * 1000;
/** Certificates for single names, made when first asked for; the one that was not asked for longest makes room. */
const MAX_NAMES = 256;

export interface Certificates {
  /** The file that clients have to trust. */
  readonly caCertPath: string;
  /** For clients that name no host: `localhost`, the domain, both with a wildcard, and the loopback addresses. */
  general(): { readonly key: string; readonly cert: string };
  /** For a client that names the host; undefined where it is not ours. Many refuse `*.localhost`, so a host gets its own. */
  forName(serverName: string): SecureContext | undefined;
}

interface Authority extends Issuer {
  readonly expires: Date;
}

/** `localhost` always is ours: the control plane answers there. */
function domainsOf(domain: string): readonly string[] {
  return [...new Set(['localhost', domain])];
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function backdated(now: Date): Date {
  return new Date(now.getTime() - BACKDATED_MS);
}

function later(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}

/** Whole or not at all: half a file after an outage would cost every client its trust. */
function writeWhole(path: string, content: string, mode: number): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
    writeFileSync(`${path}.new`, content, { mode });
    renameSync(`${path}.new`, path);
  } catch (error) {
    const suggestion = 'Check that there is room, and that the user who starts the server may write there.';
    throw new PortError(`${path} cannot be written.`, { suggestion, cause: error });
  }
}

function readAuthority(name: string, certPath: string, keyPath: string): Authority | undefined {
  if (!existsSync(certPath) || !existsSync(keyPath)) return undefined;
  try {
    const certificate = new X509Certificate(readFileSync(certPath));
    const key = createPrivateKey(readFileSync(keyPath));
    if (!certificate.checkPrivateKey(key)) throw new Error('the key is of another certificate');
    return { name, key, expires: certificate.validToDate };
  } catch (error) {
    throw new PortError(`The certificate authority in ${certPath} cannot be read.`, {
      suggestion: 'Delete the file to have a new one made, and trust that one instead.',
      cause: error,
    });
  }
}

function makeAuthority(
  name: string,
  domain: string,
  certPath: string,
  keyPath: string,
  now: Date,
): Authority {
  const key = newKey();
  const expires = later(now, AUTHORITY_DAYS);
  const order = { name, from: backdated(now), to: expires };
  const permitted = [...domainsOf(domain).map((dns) => ({ dns })), { ip: '127.0.0.0/8' }, { ip: '::1/128' }];
  writeWhole(keyPath, pem(key), 0o600);
  writeWhole(certPath, issueAuthority(order, key, permitted), 0o644);
  return { name, key, expires };
}

/**
 * The certificates of the local cloud, from an authority of its own that is kept in the state directory: one per
 * domain, since it may speak for no other. PortError: the directory cannot be written, or the authority is damaged.
 */
export function openCertificateAuthority(parts: {
  readonly home: string;
  readonly domain: string;
  readonly clock: Clock;
}): Certificates {
  const { domain, clock } = parts;
  const folder = join(parts.home, 'tls');
  const caCertPath = join(folder, `${domain}.ca.pem`);
  const keyPath = join(folder, `${domain}.ca.key`);
  const name = `Baseplane, local projects at ${domain}`.slice(0, MAX_NAME);
  const soon = (): Date => later(clock.now(), RENEWAL_DAYS);

  const found = readAuthority(name, caCertPath, keyPath);
  const authority =
    found && found.expires > soon() ? found : makeAuthority(name, domain, caCertPath, keyPath, clock.now());
  const serverKey = newKey();
  const key = pem(serverKey);

  function issue(hosts: readonly Host[]): { readonly cert: string; readonly expires: Date } {
    const now = clock.now();
    const wanted = later(now, SERVER_DAYS);
    const expires = wanted < authority.expires ? wanted : authority.expires;
    const order = { name: 'Baseplane', from: backdated(now), to: expires };
    return { cert: issueServer(order, serverKey, hosts, authority), expires };
  }

  const names = new Map<string, { readonly context: SecureContext; readonly expires: Date }>();
  return {
    caCertPath,
    general() {
      const dns = domainsOf(domain).flatMap((dns) => [{ dns }, { dns: `*.${dns}` }]);
      return { key, cert: issue([...dns, { ip: '127.0.0.1' }, { ip: '::1' }]).cert };
    },
    forName(serverName) {
      const dns = serverName.toLowerCase();
      if (!isOurs(dns, domain)) return undefined;
      const known = names.get(dns);
      names.delete(dns);
      const current = known && known.expires > soon() ? known : contextFor(dns);
      names.set(dns, current);
      const [oldest] = names.keys();
      if (names.size > MAX_NAMES && oldest !== undefined) names.delete(oldest);
      return current.context;
    },
  };

  function contextFor(dns: string): { readonly context: SecureContext; readonly expires: Date } {
    const { cert, expires } = issue([{ dns }]);
    return { context: createSecureContext({ key, cert }), expires };
  }
}

const LABEL = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
/** One label below a domain; `db.` may stand before it, where Supabase has a project's Postgres. */
const BELOW = new RegExp(`^(?:db\\.(?=${LABEL}\\.))?${LABEL}\\.(?<parent>.+)$`);

/** One of our domains, or a name that a project answers at. */
function isOurs(name: string, domain: string): boolean {
  const parents = [name, BELOW.exec(name)?.groups?.['parent']];
  return domainsOf(domain).some((ours) => parents.includes(ours));
}
