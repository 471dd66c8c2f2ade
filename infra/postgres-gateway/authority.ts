import { createECDH, createPrivateKey, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import type { ServerCertificates } from './server-certificates.ts';
import { issueAuthority, issueServer } from './x509.ts';

const CURVE = 'prime256v1';
/** The order of the curve P-256 (SEC 2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Fixed, so that every gateway of a cell makes the certificate of the same authority. */
const AUTHORITY_FROM = new Date('2026-01-01T00:00:00Z');
const AUTHORITY_TO = new Date('2056-01-01T00:00:00Z');

const HOUR_MS = 60 * 60 * 1000;
/** Clients refuse a server's certificate of more than 398 days. Each start and each day makes a new one. */
const SERVER_MS = 90 * 24 * HOUR_MS;
/** X.520's limit on a common name. */
const MAX_NAME = 64;

export interface CellCertificates extends ServerCertificates {
  /** What clients have to trust, in PEM. */
  readonly authority: string;
}

/** What is derived from a seed for one purpose tells nothing about what is for another. */
export function derived(seed: string, purpose: string, bytes = 32): Buffer {
  return Buffer.from(hkdfSync('sha256', seed, '', purpose, bytes));
}

/**
 * The certificates of a cell's gateways, from an authority that each of them makes of the seed that they share: none has
 * to be the first, and nothing has to be stored. The authority's word counts below the domain only.
 */
export function certificatesOf(seed: string, domain: string, clock: Clock): CellCertificates {
  const name = `Baseplane, ${domain}`.slice(0, MAX_NAME);
  const authorityKey = keyFrom(derived(seed, 'postgres authority', 48));
  const order = { name, from: AUTHORITY_FROM, to: AUTHORITY_TO };
  const authority = issueAuthority(order, authorityKey, [{ dns: domain }]);
  const serverKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const key = serverKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const general = () => {
    const now = clock.now().getTime();
    const server = {
      name: 'Baseplane',
      from: new Date(now - HOUR_MS),
      to: new Date(now + SERVER_MS),
    };
    const hosts = [{ dns: domain }, { dns: `*.${domain}` }];
    return { key, cert: issueServer(server, serverKey, hosts, { name, key: authorityKey }) };
  };
  // One certificate is for all names: a client that names another one gets it, too, and judges for itself.
  return { authority, general, forName: () => undefined };
}

/** The private key that is this number, modulo what keys there are. FIPS 186-5, A.2.1: 128 bits more than it takes. */
function keyFrom(random: Buffer): KeyObject {
  const number = (BigInt(`0x${random.toString('hex')}`) % (ORDER - 1n)) + 1n;
  const d = Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
  const pair = createECDH(CURVE);
  pair.setPrivateKey(d);
  const point = pair.getPublicKey();
  const text = (bytes: Buffer) => bytes.toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: text(d),
    x: text(point.subarray(1, 33)),
    y: text(point.subarray(33)),
  };
  return createPrivateKey({ format: 'jwk', key: jwk });
}
