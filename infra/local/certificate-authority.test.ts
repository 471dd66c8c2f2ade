import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, connect, type SecureContext, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Certificates, openCertificateAuthority } from './certificate-authority.ts';
import { issueServer } from '../postgres-gateway/x509.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
let home = '';
let time = new Date();
const clock = { now: () => time };

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'authority-'));
  time = new Date();
});

afterEach(() => rmSync(home, { recursive: true }));

function openAuthority(domain = 'localhost'): Certificates {
  return openCertificateAuthority({ home, domain, clock });
}

/** What a client that trusts the authority says of a server that shows this certificate. */
async function judge(
  ca: string,
  servername: string,
  server: { key: string; cert: string },
  context?: SecureContext,
): Promise<string> {
  const listening = createServer({ ...server, SNICallback: (_name, use) => use(null, context) });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, ca: readFileSync(ca), servername });
  try {
    return await new Promise((resolve) => {
      socket.once('secureConnect', () => resolve('trusted'));
      socket.once('error', (error) => resolve(error.message));
    });
  } finally {
    socket.destroy();
    listening.close();
  }
}

test('the authority is made once, and its key is for its owner’s eyes', () => {
  const { caCertPath } = openAuthority();
  const folder = join(home, 'tls');
  expect(readdirSync(folder)).toEqual(['localhost.ca.key', 'localhost.ca.pem']);
  expect(statSync(join(folder, 'localhost.ca.key')).mode & 0o777).toBe(0o600);
  const made = readFileSync(caCertPath, 'utf8');
  const certificate = new X509Certificate(made);
  expect(certificate.ca).toBe(true);
  const years = (certificate.validToDate.getTime() - Date.now()) / (365 * DAY_MS);
  expect(years).toBeCloseTo(10, 1);
  expect(readFileSync(openAuthority().caCertPath, 'utf8')).toBe(made);
});

test('the general certificate is good for the domain, one label below it, and loopback', () => {
  const certificate = new X509Certificate(openAuthority('db.example.test').general().cert);
  for (const name of ['localhost', 'db.example.test', 'abc.db.example.test']) {
    expect(certificate.checkHost(name)).toBeDefined();
  }
  for (const address of ['127.0.0.1', '::1']) expect(certificate.checkIP(address)).toBeDefined();
  expect(certificate.checkHost('example.test')).toBeUndefined();
  expect((certificate.validToDate.getTime() - Date.now()) / DAY_MS).toBeCloseTo(365, 0);
});

test('a client that trusts the authority trusts a project’s own certificate, also after a restart', async () => {
  const { caCertPath } = openAuthority();
  const again = openAuthority();
  const name = 'abcdefghijklmnopqrst.localhost';
  expect(await judge(caCertPath, name, again.general(), again.forName(name))).toBe('trusted');
  expect(await judge(caCertPath, 'localhost', again.general())).toBe('trusted');
});

test('a project’s Postgres has a certificate for the name that it has on Supabase', async () => {
  const authority = openAuthority();
  const name = 'db.abcdefghijklmnopqrst.localhost';
  expect(await judge(authority.caCertPath, name, authority.general(), authority.forName(name))).toBe(
    'trusted',
  );
});

test.for([
  'example.com',
  'a.b.localhost',
  'db.a.b.localhost',
  'a.db.b.localhost',
  'localhost.example.com',
  '-.localhost',
  '.localhost',
  '',
])('no certificate is made for %j', (name) => {
  expect(openAuthority().forName(name)).toBeUndefined();
});

test('the authority’s word counts for no other domain, whoever has its key', async () => {
  const { caCertPath } = openAuthority('db.example.test');
  const stolen = createPrivateKey(readFileSync(caCertPath.replace(/pem$/, 'key')));
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'Baseplane, local projects at db.example.test', key: stolen };
  const order = { name: 'forged', from: time, to: new Date(time.getTime() + DAY_MS) };
  const shown = (dns: string): { key: string; cert: string } => ({
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: issueServer(order, privateKey, [{ dns }], issuer),
  });
  expect(await judge(caCertPath, 'www.db.example.test', shown('www.db.example.test'))).toBe('trusted');
  expect(await judge(caCertPath, 'www.bank.example', shown('www.bank.example'))).toBe(
    'permitted subtree violation',
  );
});

test('a certificate can be made for a name of any length', () => {
  const authority = openAuthority();
  for (let length = 1; length <= 63; length++) {
    expect(authority.forName(`${'a'.repeat(length)}.localhost`)).toBeDefined();
  }
});

test('a name’s certificate is kept until it is due', () => {
  const authority = openAuthority();
  const first = authority.forName('abc.localhost');
  time = new Date(time.getTime() + 300 * DAY_MS);
  expect(authority.forName('ABC.localhost')).toBe(first);
  time = new Date(time.getTime() + 40 * DAY_MS);
  expect(authority.forName('abc.localhost')).not.toBe(first);
});

test('of many names those asked for last are kept', () => {
  const authority = openAuthority();
  const kept = authority.forName('kept.localhost');
  const lost = authority.forName('lost.localhost');
  for (let n = 0; n < 255; n++) {
    authority.forName(`n${n}.localhost`);
    authority.forName('kept.localhost');
  }
  expect(authority.forName('kept.localhost')).toBe(kept);
  expect(authority.forName('lost.localhost')).not.toBe(lost);
});

test('an authority that is about to expire is replaced, and what it issues ends with it', () => {
  const authority = openAuthority();
  const made = readFileSync(authority.caCertPath, 'utf8');
  time = new Date(time.getTime() + 3600 * DAY_MS);
  expect(new X509Certificate(authority.general().cert).validToDate).toEqual(
    new X509Certificate(made).validToDate,
  );
  time = new Date(time.getTime() + 30 * DAY_MS);
  expect(readFileSync(openAuthority().caCertPath, 'utf8')).not.toBe(made);
});

test('a damaged authority is refused with what to do; one half of it is made anew', () => {
  const { caCertPath } = openAuthority();
  writeFileSync(caCertPath, 'nonsense');
  expect(() => openAuthority()).toThrow(/cannot be read/);
  rmSync(caCertPath);
  expect(openAuthority().caCertPath).toBe(caCertPath);
});
