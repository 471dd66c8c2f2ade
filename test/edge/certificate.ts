import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** A certificate authority in a file that anybody may read, and a server's key and certificate that it issued. */
export async function createAuthority(host: string) {
  const [ca, server] = await Promise.all([newKeys(), newKeys()]);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Authority of a test',
    keys: ca,
    signingAlgorithm: ALGORITHM,
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });
  const leaf = await X509CertificateGenerator.create({
    subject: `CN=${host}`,
    issuer: root.subject,
    publicKey: server.publicKey,
    signingKey: ca.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', server.privateKey)).toString('base64');
  const directory = await mkdtemp(join(tmpdir(), 'baseplane-authority-'));
  await chmod(directory, 0o755);
  const file = join(directory, 'ca.pem');
  await writeFile(file, root.toString('pem'));
  return {
    file,
    tls: {
      key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
      cert: leaf.toString('pem'),
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
