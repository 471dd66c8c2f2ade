import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '../contract/index.ts';
import { vanitySubdomainSchema } from '../core/project/hostname-rules.ts';
import { parsePart } from './request.ts';

const said = (schema: z.ZodType, value: unknown) => {
  const parsed = parsePart(schema, 'body', value);
  return parsed.ok ? undefined : parsed.error;
};

it.each([
  [z.object({ name: z.string() }), {}, 'body.name: is missing'],
  [z.object({ kind: z.enum(['a', 'b']) }), {}, 'body.kind: is missing'],
  [z.object({ at: z.union([z.string(), z.int()]) }), {}, 'body.at: is missing'],
  [z.object({ name: z.string() }), { name: 1 }, 'body.name: must be a text'],
  [z.object({ on: z.boolean() }), { on: 'yes' }, 'body.on: must be true or false'],
  [z.object({ many: z.int() }), { many: 1.5 }, 'body.many: must be a whole number'],
  [z.array(z.string()), {}, 'body: must be a list'],
  [z.strictObject({}), null, 'body: must be an object'],
  [z.object({ kind: z.enum(['a', 'b']) }), { kind: 'c' }, 'body.kind: must be one of "a", "b"'],
  [z.object({ kind: z.literal('a') }), { kind: 'c' }, 'body.kind: must be "a"'],
  [z.object({ text: z.string().min(1) }), { text: '' }, 'body.text: must not be empty'],
  [z.object({ text: z.string().max(2) }), { text: 'abc' }, 'body.text: must have at most 2 characters'],
  [z.object({ list: z.array(z.int()).max(1) }), { list: [1, 2] }, 'body.list: must have at most 1 entry'],
  [z.object({ port: z.int().min(1) }), { port: 0 }, 'body.port: must be at least 1'],
  [z.object({ share: z.number().lt(1) }), { share: 1 }, 'body.share: must be less than 1'],
  [z.object({ mail: z.email() }), { mail: 'me' }, 'body.mail: must be an e-mail address'],
  [z.object({ id: z.uuid() }), { id: 'me' }, 'body.id: must be a UUID'],
  [z.union([z.string(), z.int()]), true, 'body: must be a text, or must be a number'],
  [
    z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]),
    { c: 1 },
    'body: is not right at a, which is missing',
  ],
])('%#', (schema, value, message) => {
  expect(said(schema, value)?.message).toBe(message);
});

it('keeps the words that the contract has chosen', () => {
  const schema = z.object({ ref: z.string().regex(/^[a-z]{20}$/, 'must be 20 lower-case letters') });
  expect(said(schema, { ref: 'A' })?.message).toBe('body.ref: must be 20 lower-case letters');
});

it('says what to do about a name that is reserved', () => {
  expect(said(vanitySubdomainSchema, 'www')).toMatchObject({
    message: 'body: is reserved for the installation itself',
    suggestion: expect.stringContaining('my-app-www'),
  });
});

describe("no operation answers in the validator's own words", () => {
  const bodies = Object.entries(OPERATIONS).map(([id, { body }]) => ({ id, body }));
  const values = [{}, [], null, 1, 'text', { name: 7 }, [{}], [null]];

  it.each(bodies)('$id', ({ body }) => {
    for (const value of values) {
      expect(said(body, value)?.message ?? '').not.toMatch(/Invalid|Too (small|big)|expected|received/);
    }
  });
});
