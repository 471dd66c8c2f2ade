import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../functions/core/kernel/json.ts';
import { databaseIs, readyDatabase, type PortsOf } from './project-ports.ts';
import { newStack } from './stack-fixture.ts';

/** What a reader may try; after each of them `kept` must hold one row, and nothing else may have been made. */
const WRITES = [
  'insert into kept values (2)',
  'create table made (id int)',
  'set transaction read write; insert into kept values (2)',
  'commit; insert into kept values (2)',
  'rollback; insert into kept values (2)',
  'commit; begin read write; insert into kept values (2); commit',
  'commit and chain; set transaction read write; insert into kept values (2); commit',
  'rollback and chain; set transaction read write; insert into kept values (2); commit',
  'set session characteristics as transaction read write; insert into kept values (2)',
  'set default_transaction_read_only = off; commit; insert into kept values (2)',
  'set transaction_read_only = off; select add_row()',
  "select set_config('transaction_read_only', 'off', false); select add_row()",
  'set role postgres; insert into kept values (2)',
  'reset session authorization; insert into kept values (2)',
  'commit; set role postgres; insert into kept values (2)',
  'select add_row()',
  'commit; select add_row()',
  'do $$ begin commit; insert into kept values (2); end $$',
  'do $$ begin set transaction read write; perform add_row(); end $$',
  'savepoint s; set transaction read write; select add_row()',
  'prepare p as insert into kept values (2); execute p',
  "copy kept from program 'echo 2'",
  'drop table kept',
  'truncate kept',
  'with w as (insert into kept values (2) returning id) select * from w',
];

/** What SQL does in a project's database: for drivers that have a Postgres behind them. */
export function queriesContract(name: string, ports: PortsOf<'databases' | 'secrets'>): void {
  describe(`${name} running queries`, () => {
    const stack = newStack();
    const run = async (sql: string, parameters?: readonly Json[], readOnly = false) => {
      const query = parameters === undefined ? { sql, readOnly } : { sql, readOnly, parameters };
      const answer = await ports().databases.query(stack.ref, query);
      return answer.ok ? answer.value : answer.error;
    };
    const read = (sql: string, parameters?: readonly Json[]) => run(sql, parameters, true);

    beforeAll(async () => {
      await readyDatabase(ports, stack);
      await run(`create table kept as select 1 as id;
        create function add_row() returns void language sql security definer as 'insert into kept values (3)';
        grant execute on function add_row() to public`);
    });
    afterAll(() => ports().databases.delete(stack));

    it('is the role postgres, and not a superuser', async () => {
      const asked =
        "select current_user as me, session_user as login, current_setting('is_superuser') as super";
      expect(await run(asked)).toEqual([{ me: 'postgres', login: 'postgres', super: 'off' }]);
    });

    it('answers the rows of the last statement that returned any', async () => {
      expect(await run('select 1 as one; select 2 as two; create table empty_handed ()')).toEqual([
        { two: 2 },
      ]);
      expect(await run('select 1 as one where false')).toEqual([]);
      expect(await run('')).toEqual([]);
    });

    it('runs several statements as one transaction', async () => {
      expect(await run('create table halfway (); select 1/0')).toMatchObject({ sqlstate: '22012' });
      expect(await run("select to_regclass('halfway') as found")).toEqual([{ found: null }]);
    });

    it('takes parameters', async () => {
      expect(await run('select $1::int + 1 as n, $2::jsonb as j', [41, '{"a":[1]}'])).toEqual([
        { n: 42, j: { a: [1] } },
      ]);
      expect(await read('select $1::text as t', ["'; drop table kept; --"])).toEqual([
        { t: "'; drop table kept; --" },
      ]);
    });

    it('renders values as Supabase does', async () => {
      const [row] = [
        await run(`select 1::int8 as small, 9007199254740993::int8 as large, 1.50::numeric as exact,
        date '2026-01-02' as day, timestamptz '2026-01-02 03:04:05.678+00' as instant, interval '1 day' as span,
        '{"a": 1}'::jsonb as doc, array[1, null]::int[] as list, array[date '2026-01-02'] as days, true as yes,
        'NaN'::float8 as nothing, null as empty, '\\x0aff'::bytea as bytes`),
      ].flat();
      expect(row).toEqual({
        small: 1,
        large: '9007199254740993',
        exact: '1.50',
        day: '2026-01-02',
        instant: '2026-01-02 03:04:05.678+00',
        span: '1 day',
        doc: { a: 1 },
        list: [1, null],
        days: ['2026-01-02'],
        yes: true,
        nothing: null,
        empty: null,
        bytes: '\\x0aff',
      });
    });

    it('tells what Postgres refused', async () => {
      expect(await run('select * from nowhere')).toEqual({
        code: 'query_failed',
        sqlstate: '42P01',
        message: 'relation "nowhere" does not exist',
        position: 15,
      });
      expect(await run('selec')).toMatchObject({ sqlstate: '42601' });
      expect(await run('alter role supabase_admin nologin')).toMatchObject({ sqlstate: '42501' });
    });

    it('tells where in the whole text a statement is wrong', async () => {
      const sql = "select 'ö😀' as text; select 1;\n select oops";
      const at = { sqlstate: '42703', position: 40 };
      expect(await run(sql)).toMatchObject(at);
      expect(await read(sql)).toMatchObject(at);
      expect(await run('select $1::int + oops', [1])).toMatchObject({ sqlstate: '42703', position: 18 });
    });

    it('lets a reader read, several statements at a time', async () => {
      expect(await read('select id from kept')).toEqual([{ id: 1 }]);
      expect(await read("select 1; -- a comment; with a semicolon\nselect ';' as mark")).toEqual([
        { mark: ';' },
      ]);
      expect(await read('show transaction_read_only')).toEqual([{ transaction_read_only: 'on' }]);
    });

    it.each(WRITES)('lets a reader change nothing: %s', async (sql) => {
      await read(sql);
      expect(await run("select count(*) as rows, to_regclass('made') as made from kept")).toEqual([
        { rows: 1, made: null },
      ]);
    });

    it('lets a role log in for a time, and no longer', async () => {
      const { databases } = ports();
      const logins = async () => {
        const sql = `select rolname as name, rolvaliduntil > now() as valid, rolcanlogin as login,
            exists (select from pg_auth_members m where m.member = r.oid) as acts
          from pg_roles r where rolname like 'cli\\_login\\_%' order by rolname`;
        return run(sql);
      };
      const soon = new Date(Date.now() + 60_000);
      const password = 'not-seen-again';
      const writer = await databases.grantLogin(stack, { readOnly: false, password, until: soon });
      const good = { valid: true, login: true, acts: true };
      expect(writer).toMatch(/^cli_login_postgres/);
      expect(await logins()).toEqual([{ name: writer, ...good }]);

      const over = new Date(Date.now() - 60_000);
      await databases.grantLogin(stack, { readOnly: false, password, until: over });
      expect(await logins()).toEqual([{ name: writer, ...good, valid: false }]);
      const reader = await databases.grantLogin(stack, { readOnly: true, password, until: soon });
      expect(await logins()).toEqual([{ name: reader, ...good }]);

      await databases.revokeLogins(stack);
      expect(await logins()).toEqual([]);
      await databases.revokeLogins(stack);
    });

    it('locks out a role that somebody has given rights to', async () => {
      const { databases } = ports();
      const until = new Date(Date.now() + 60_000);
      const role = await databases.grantLogin(stack, { readOnly: false, password: 'p', until });
      await run(`grant select on kept to ${role}`);
      await databases.revokeLogins(stack);
      const sql = `select rolcanlogin as login from pg_roles where rolname = '${role}'`;
      expect(await run(sql)).toEqual([{ login: false }]);
      await databases.grantLogin(stack, { readOnly: false, password: 'p', until });
      expect(await run(sql)).toEqual([{ login: true }]);
      await run(`revoke select on kept from ${role}`);
      await databases.revokeLogins(stack);
      expect(await run(sql)).toEqual([]);
    });

    it('knows the room for data', async () => {
      const { size, used, available } = await ports().databases.disk(stack);
      expect(used).toBeGreaterThan(1_000_000);
      expect(available).toBeGreaterThan(0);
      expect(size).toBeGreaterThanOrEqual(used + available);
    });

    it('cuts off an answer that is too large to hold', async () => {
      const sql = "select repeat('x', 1000000) from generate_series(1, 1000)";
      expect(await run(sql)).toMatchObject({ code: 'query_failed', sqlstate: '54000' });
      expect(await run('select 1 as one')).toEqual([{ one: 1 }]);
    });

    it('keeps what was written over a stop and a start', async () => {
      await run('create table durable as select 7 as id');
      await ports().databases.stop(stack);
      await databaseIs(ports, stack, 'stopped');
      await expect(run('select 1')).rejects.toMatchObject({ name: 'TransientError' });
      await ports().databases.start(stack);
      await databaseIs(ports, stack, 'available');
      expect(await run('select id from durable')).toEqual([{ id: 7 }]);
    });

    it('keeps what the user made when the database is set up again', async () => {
      await readyDatabase(ports, stack);
      expect(await run('select id from kept')).toEqual([{ id: 1 }]);
    });

    it('gives a project that is created again an empty database', async () => {
      const again = newStack();
      await readyDatabase(ports, again);
      const { databases } = ports();
      const made = await databases.query(again.ref, { sql: 'create table before ()', readOnly: false });
      expect(made).toEqual({ ok: true, value: [] });
      await databases.delete(again);
      await databaseIs(ports, again, 'absent');
      await readyDatabase(ports, again);
      const sql = "select to_regclass('before') as found";
      expect(await databases.query(again.ref, { sql, readOnly: true })).toEqual({
        ok: true,
        value: [{ found: null }],
      });
      await databases.delete(again);
    });
  });
}
