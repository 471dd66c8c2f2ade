import { expect, it } from 'vitest';
import { readJson } from './read-json.ts';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const read = (body: string) => readJson({ header: () => undefined, body: [Buffer.from(body)] });

it('refuses a body that is nested deeper than a stack goes', async () => {
  expect(await read(nested(100))).toMatchObject({ ok: true });
  expect(await read(nested(101))).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
  expect(await read(`{"a": ${nested(20_000)}}`)).toMatchObject({ ok: false, error: { field: 'body' } });
});
