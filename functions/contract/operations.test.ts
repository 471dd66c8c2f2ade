import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from './index.ts';
import { PERMISSIONS } from './permissions.ts';

const all = Object.entries(OPERATIONS);

/** What each parameter that names a subject may name. */
const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  slug: ['organization'],
  ref: ['project', 'certificate'],
  branch_id_or_ref: ['branch'],
};

const fieldsOf = (schema: z.ZodType): readonly string[] => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.keys(json.properties ?? {});
};

describe.each(all)('%s', (_, operation) => {
  it('has the parameters that its path names, and no other', () => {
    const named = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(fieldsOf(operation.params)).toEqual(named);
  });

  it('declares a policy that can be judged', () => {
    if ('permission' in operation.policy) expect(PERMISSIONS).toContain(operation.policy.permission);
    const subject = /\{(ref|slug|branch_id_or_ref)\}/.exec(operation.path)?.[1];
    if (subject === undefined) expect(['public', 'caller']).toContain(operation.policy.on);
    else expect(NAMED_BY[subject]).toContain(operation.policy.on);
  });

  it('refuses a body field that it does not know, or everything', () => {
    if ('notImplemented' in operation) return expect(operation.notImplemented).toMatch(/^[A-Z].+\.$/);
    expect(operation.body.safeParse({ 'no such field': 1 }).success).toBe(false);
  });

  it('takes no body where it is a GET', () => {
    if (operation.method === 'GET') expect(operation.body.safeParse(undefined).success).toBe(true);
  });
});

it('no two operations share a method and a path', () => {
  const places = all.map(([, { method, path }]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(places).size).toBe(places.length);
});
