import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { databaseScripts } from './scripts.ts';
import { statementsOf } from './statements.ts';

const all = databaseScripts(['base', 'light', 'messaging']);

test('lists the scripts of a pack in order, and packs in the order they build on each other', () => {
  const names = databaseScripts(['light', 'base']).map(({ name }) => name);
  expect(names[0]).toBe('base/00-roles.sql');
  expect(names.findLastIndex((name) => name.startsWith('base/'))).toBe(
    names.findIndex((name) => name.startsWith('light/')) - 1,
  );
  for (const pack of ['base', 'light', 'messaging'] as const) {
    const own = databaseScripts([pack]).map(({ name }) => name);
    expect(own).toEqual(own.toSorted());
    expect(own.every((name) => name.startsWith(`${pack}/`))).toBe(true);
  }
  expect(databaseScripts([])).toEqual([]);
});

test('tells versions of a script apart by a hash', () => {
  for (const { sql, sha256 } of all) expect(sha256).toBe(createHash('sha256').update(sql).digest('hex'));
  expect(databaseScripts(['base'])).toEqual(databaseScripts(['base']));
});

describe('where projects share a cluster', () => {
  const shared = databaseScripts(['base', 'light', 'messaging'], { roleName: (role) => `${role}_abc` });

  test('a project’s own roles are named after it, the API roles are not', () => {
    const sql = shared.map((script) => script.sql.replaceAll(/--.*/g, '')).join('\n');
    expect(sql).toContain('owner to postgres_abc');
    expect(sql).toContain(`('anon', 'authenticator_abc', false, true)`);
    expect(sql).not.toMatch(/\b(authenticator|supabase_auth_admin|light_user)\b(?!_abc)(?=[,;)'])/);
    expect(sql).not.toContain('anon_abc');
  });

  test.each(['', 'Abc', 'a-b', `a'b`, 'a"; drop', '1a', 'a'.repeat(64)])('the name %j is refused', (name) => {
    expect(() => databaseScripts(['base'], { roleName: () => name })).toThrow('cannot be the name of role');
  });
});

test.each(all)('$name has no placeholder left and no password', ({ sql }) => {
  expect(sql).not.toMatch(/\{\{|\}\}/);
  expect(sql.replaceAll(/--.*/g, '')).not.toMatch(/\bpassword\s+'/i);
});

// The RDS Data API takes ":name" for a parameter wherever it stands, and a statement of at most 64 KiB.
test.each(all)('every statement of $name suits the RDS Data API', ({ sql }) => {
  for (const statement of statementsOf(sql)) {
    expect(statement).not.toMatch(/(?<!:):[A-Za-z_]/);
    expect(Buffer.byteLength(statement)).toBeLessThan(65_536);
  }
});

// None may depend on the session or transaction of the statement before it.
test.each(all)('every statement of $name stands alone', ({ sql }) => {
  for (const statement of statementsOf(sql)) {
    expect(statement.replaceAll(/--.*\n/g, '').trim()).not.toMatch(
      /^(begin|commit|rollback|savepoint|set|reset|prepare|declare|lock)\b/i,
    );
  }
});
