import type { PostgresRefusal } from '../../functions/core/project/postgres-admission.ts';

/** What stands in place of a protocol version in the first packet of a connection (Postgres's pqcomm.h). */
const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;
const GSSENC_REQUEST = 80_877_104;
/** Protocol 3; what a server cannot do of a later minor version it says itself. */
const MAJOR_VERSION = 3;

/** MAX_STARTUP_PACKET_LENGTH of Postgres, and the least: a length and a code. */
export const MAX_OPENING_BYTES = 10_000;
export const MIN_OPENING_BYTES = 8;
/** Protocol 3.2 lets the key of a session have up to so many bytes; before it always has 4. */
const MAX_KEY_BYTES = 256;

/** The key of a session, with which another connection may cancel what runs in it. */
export interface CancelKey {
  readonly processId: number;
  readonly secret: Buffer;
}

/** Names and values as the client sent them, one character a byte: no encoding is agreed on yet. */
export interface Startup {
  readonly version: number;
  readonly parameters: ReadonlyMap<string, string>;
}

export type Opening =
  | { readonly kind: 'ssl' }
  | { readonly kind: 'gssenc' }
  | { readonly kind: 'cancel'; readonly key: CancelKey }
  | { readonly kind: 'startup'; readonly startup: Startup }
  | { readonly kind: 'malformed'; readonly reason: string };

const malformed = (reason: string): Opening => ({ kind: 'malformed', reason });

/** `packet`: without the length in front of it. */
export function parseOpening(packet: Buffer): Opening {
  const code = packet.readUInt32BE(0);
  const rest = packet.subarray(4);
  if (code === SSL_REQUEST && rest.length === 0) return { kind: 'ssl' };
  if (code === GSSENC_REQUEST && rest.length === 0) return { kind: 'gssenc' };
  if (code === CANCEL_REQUEST) {
    if (rest.length < 8 || rest.length > 4 + MAX_KEY_BYTES) return malformed('invalid cancel request');
    return { kind: 'cancel', key: { processId: rest.readUInt32BE(0), secret: rest.subarray(4) } };
  }
  if (code >>> 16 !== MAJOR_VERSION) return malformed('unsupported frontend protocol');
  const parameters = parseParameters(rest);
  return parameters === undefined
    ? malformed('invalid startup packet layout')
    : { kind: 'startup', startup: { version: code, parameters } };
}

/** Pairs of texts, each ended by a zero, and a zero at the very end. */
function parseParameters(bytes: Buffer): Map<string, string> | undefined {
  if (bytes.at(-1) !== 0) return undefined;
  if (bytes.length === 1) return new Map();
  if (bytes.at(-2) !== 0) return undefined;
  const texts = bytes.toString('latin1', 0, bytes.length - 2).split('\0');
  if (texts.length % 2 !== 0) return undefined;
  const parameters = new Map<string, string>();
  for (let at = 0; at < texts.length; at += 2) {
    const name = texts[at] ?? '';
    // Two parsers that disagree on which of two values counts would be a way past this one.
    if (name === '' || parameters.has(name)) return undefined;
    parameters.set(name, texts[at + 1] ?? '');
  }
  return parameters;
}

function withLength(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(type.length + 4);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, type.length);
  return Buffer.concat([head, body]);
}

export const SSL_REQUEST_PACKET = withLength('', codeOf(SSL_REQUEST));

function codeOf(code: number): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(code);
  return body;
}

export const message = (type: string, body: Buffer): Buffer => withLength(type, body);

export function startupPacket({ version, parameters }: Startup): Buffer {
  const pairs = [...parameters].map(([name, value]) => `${name}\0${value}\0`).join('');
  const body = Buffer.alloc(4 + pairs.length + 1);
  body.writeUInt32BE(version);
  body.write(pairs, 4, 'latin1');
  return withLength('', body);
}

export function cancelPacket({ processId, secret }: CancelKey): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt32BE(CANCEL_REQUEST);
  body.writeUInt32BE(processId, 4);
  return withLength('', Buffer.concat([body, secret]));
}

/** Authentication…: what a client has to do to be let in. */
export const authentication = (kind: number, text = ''): Buffer =>
  message('R', Buffer.concat([codeOf(kind), Buffer.from(text, 'latin1')]));

/** Kinds of it. */
export const AUTHENTICATION = { ok: 0, clear: 3, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;

/** BackendKeyData. */
export function keyPacket({ processId, secret }: CancelKey): Buffer {
  const body = Buffer.alloc(4);
  body.writeUInt32BE(processId);
  return message('K', Buffer.concat([body, secret]));
}

/** ErrorResponse. */
export function fatalPacket({ sqlstate, message: text, hint }: PostgresRefusal): Buffer {
  const fields = [
    'SFATAL',
    'VFATAL',
    `C${sqlstate}`,
    `M${text}`,
    ...(hint === undefined ? [] : [`H${hint}`]),
  ];
  const clean = fields.map((field) => `${field.replaceAll('\0', '')}\0`).join('');
  return message('E', Buffer.from(`${clean}\0`));
}

/** The SQLSTATE in the body of an ErrorResponse. */
export function sqlstateOf(body: Buffer): string | undefined {
  const field = body
    .toString('latin1')
    .split('\0')
    .find((each) => each.startsWith('C'));
  return field?.slice(1);
}
