import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** RFC 5758: ecdsa-with-SHA256. */
const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
/** RFC 4519: cn. */
const COMMON_NAME = '2.5.4.3';

/** A name of the DNS, or an address; in a constraint a name stands for all below it, and a network for its addresses. */
export type Host = { readonly dns: string } | { readonly ip: string };

/** Who signs: the name on its own certificate, and its private key. */
export interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

interface Order {
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: COMMON_NAME, value })])]);
}

function generalName(host: Host): GeneralName {
  return new GeneralName('dns' in host ? { dNSName: host.dns } : { iPAddress: host.ip });
}

function publicKeyInfo(privateKey: KeyObject): SubjectPublicKeyInfo {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return AsnConvert.parse(der, SubjectPublicKeyInfo);
}

/** RFC 5280, 4.2.1.2, method 1. */
function keyIdentifier(info: SubjectPublicKeyInfo): OctetString {
  return new OctetString(createHash('sha1').update(Buffer.from(info.subjectPublicKey)).digest());
}

function extension(extnID: string, value: object, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

/** Positive and of 126 random bits: a first byte of 0x40 to 0x7f needs no padding, and none is taken away. */
function serialNumber(): ArrayBuffer {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.buffer;
}

function issue(
  order: Order,
  subject: SubjectPublicKeyInfo,
  issuer: Issuer,
  extensions: readonly Extension[],
): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_SHA256 });
  const signer = keyIdentifier(publicKeyInfo(issuer.key));
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: nameOf(issuer.name),
    validity: new Validity({ notBefore: order.from, notAfter: order.to }),
    subject: nameOf(order.name),
    subjectPublicKeyInfo: subject,
    extensions: new Extensions([
      ...extensions,
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(subject))),
      extension(
        id_ce_authorityKeyIdentifier,
        new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(signer) }),
      ),
    ]),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), issuer.key);
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(signature).buffer,
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString('base64');
  // RFC 7468 wants lines of 64 and no empty one.
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** A certificate, in PEM, of an authority whose word counts for the permitted hosts only. */
export function issueAuthority(order: Order, key: KeyObject, permitted: readonly Host[]): string {
  const subtrees = permitted.map((host) => new GeneralSubtree({ base: generalName(host) }));
  return issue(order, publicKeyInfo(key), { name: order.name, key }, [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign), true),
    extension(
      id_ce_nameConstraints,
      new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) }),
      true,
    ),
  ]);
}

/** A server's certificate, in PEM. */
export function issueServer(order: Order, key: KeyObject, hosts: readonly Host[], issuer: Issuer): string {
  return issue(order, publicKeyInfo(key), issuer, [
    extension(id_ce_basicConstraints, new BasicConstraints({ cA: false }), true),
    extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true),
    extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    extension(id_ce_subjectAltName, new SubjectAlternativeName(hosts.map(generalName))),
  ]);
}
