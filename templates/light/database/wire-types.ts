/**
 * How values go to Postgres. Texts go as they are, for Postgres to read: the driver would put a JSON text into a JSON
 * string once more, take every text for false, and encode the text of a byte string.
 */
export const WIRE_TYPES = {
  boolean: {
    to: 16,
    from: [16],
    serialize: (value: unknown) => (typeof value === 'string' ? value : String(value === true)),
    parse: (text: string) => text === 't',
  },
  bytea: {
    to: 17,
    from: [17],
    serialize: (value: unknown) =>
      value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value),
    parse: (text: string) => text,
  },
  json: { to: 114, from: [114], serialize: toJsonText, parse: parseJson },
  jsonb: { to: 3802, from: [3802], serialize: toJsonText, parse: parseJson },
};

function toJsonText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}
