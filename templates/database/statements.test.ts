import { array, assert, constantFrom, property } from 'fast-check';
import { loadModule, parseSync } from 'libpg-query';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { databaseScripts } from './scripts.ts';
import { statementsOf } from './statements.ts';

beforeAll(loadModule);

const parsed = z.object({ stmts: z.array(z.object({ stmt: z.unknown() })).default([]) });

/** What the parser of Postgres itself makes of a script: one tree a statement, without positions. */
function treesOf(sql: string): readonly string[] {
  const { stmts } = parsed.parse(parseSync(sql));
  return stmts.map(({ stmt }) =>
    JSON.stringify(stmt, (key, value: unknown) =>
      /^(location|stmt_l.*|.*_location)$/.test(key) ? undefined : value,
    ),
  );
}

test.each([
  ['', []],
  [' ;; -- nothing; here\n /* nor; /* here; */ ; */', []],
  ['select 1', ['select 1']],
  ['select 1; select 2;', ['select 1', 'select 2']],
  [`select ';', ''';', ';'`, [`select ';', ''';', ';'`]],
  [`select e'\\';', E'\\\\'; select 2`, [`select e'\\';', E'\\\\'`, 'select 2']],
  [`select e'a'\n  '\\';'; select 2`, [`select e'a'\n  '\\';'`, 'select 2']],
  [`select '\\'; select 2`, [`select '\\'`, 'select 2']],
  [`select 1 as name'\\';`, [`select 1 as name'\\'`]],
  [`select U&'\\003b;', B'1', n';'; select 2`, [`select U&'\\003b;', B'1', n';'`, 'select 2']],
  ['select 1 as "a;""b"; select 2', ['select 1 as "a;""b"', 'select 2']],
  ['select $$;$$, $a$;$$;$b$;$a$; select 2', ['select $$;$$, $a$;$$;$b$;$a$', 'select 2']],
  ['select 1 as a$b$, 2 as c$b$; select 3', ['select 1 as a$b$, 2 as c$b$', 'select 3']],
  ['prepare p as select $1; select 2', ['prepare p as select $1', 'select 2']],
  ['select 1 -- a; b\n; select /* ; */ 2', ['select 1 -- a; b', 'select /* ; */ 2']],
  ['select 1--;\n+2; select 3', ['select 1--;\n+2', 'select 3']],
  ['select 4 /*/* ; */ ; */ - 1; select 3', ['select 4 /*/* ; */ ; */ - 1', 'select 3']],
  [
    'create rule r as on insert to t do also (select 1; select 2); select 3',
    ['create rule r as on insert to t do also (select 1; select 2)', 'select 3'],
  ],
  [
    'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
    [
      'create or replace function f() returns int begin atomic select case when true then 1 end; select 2; end',
      'select 3',
    ],
  ],
  ['begin; select 1; end; select 2', ['begin', 'select 1', 'end', 'select 2']],
  ['create table function (begin int); select 1', ['create table function (begin int)', 'select 1']],
  ['select 1 as été; select 2', ['select 1 as été', 'select 2']],
])('splits %j', (script, statements) => {
  expect(statementsOf(script)).toEqual(statements);
});

test('agrees with the parser of Postgres about whatever it can parse', () => {
  const piece = constantFrom(
    'select ',
    '1',
    ', ',
    ' + ',
    '- ',
    ' as "a;b" ',
    ' as x',
    '$x$',
    'x$',
    ' $$',
    "';'",
    "'",
    "''",
    "e'\\';'",
    "E'",
    '\\',
    ';',
    '; ',
    ';\n',
    '-- a;\n',
    '--',
    '/* ; */',
    '/*',
    '*/',
    '(',
    ')',
    '(select 2)',
    '\n',
    ' ',
    '"',
    'é',
    'select 1',
    'create function f() returns int language sql ',
    'begin atomic ',
    'return 1',
    'end',
    'begin',
    'commit',
    'case when true then 1 end',
    'do $$ begin perform 1; end $$',
    'create or replace procedure p() ',
    "as 'select 1'",
  );
  let agreed = 0;
  const check = property(array(piece, { maxLength: 12 }), (pieces) => {
    const script = pieces.join('');
    let trees: readonly string[];
    try {
      trees = treesOf(script);
    } catch {
      return;
    }
    agreed += 1;
    expect(statementsOf(script).flatMap(treesOf)).toEqual(trees);
    expect(statementsOf(script)).toHaveLength(trees.length);
  });
  assert(check, { numRuns: 20_000 });
  expect(agreed).toBeGreaterThan(500);
});

// Quadratic time would not end before the runner's deadline.
test.each(["'", "e'", '"', '$', '$a$', '/*', '--', '(', ';', "'\n'", "e'\\'\n'", 'a$', 'case '])(
  'gets through a script of nothing but %j',
  (unit) => {
    const script = unit.repeat(200_000);
    expect(statementsOf(script).join('').length).toBeLessThanOrEqual(script.length);
  },
);

test.each(databaseScripts(['base', 'light', 'messaging']))('splits $name as Postgres does', ({ sql }) => {
  expect(statementsOf(sql).flatMap(treesOf)).toEqual(treesOf(sql));
});
