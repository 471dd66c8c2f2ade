import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

/** No server here brings pg_graphql: one with its name and its entry tells what it was given, and sees as whom. */
const STAND_IN = `
  create function graphql.resolve(
    query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null
  ) returns jsonb language plpgsql as $$
  begin
    if query = 'fail' then raise exception 'the reason'; end if;
    return jsonb_build_object('data', jsonb_build_object(
      'query', query, 'variables', variables, 'operation', "operationName",
      'role', current_user, 'user', auth.uid(), 'notes', (select jsonb_agg(text order by text) from public.notes)
    ));
  end $$;
`;

describe.runIf(postgresAvailable)('GraphQL', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser);
    await project.database.sql(`
      create table public.notes (text text, owner uuid default auth.uid());
      alter table public.notes enable row level security;
      create policy own on public.notes to authenticated using (owner = auth.uid());
      insert into public.notes values ('of nobody', null);
    `);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  async function ask(body: unknown, token = project.setting('ANON_KEY')) {
    const response = await fetch(`${project.url}/graphql/v1`, {
      method: 'POST',
      headers: { apikey: project.setting('ANON_KEY'), authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  }

  test('says what is missing while the database has no pg_graphql', async () => {
    expect(await ask({ query: '{ __typename }' })).toEqual([
      501,
      {
        message: expect.stringContaining('pg_graphql'),
        hint: expect.stringContaining('create extension pg_graphql'),
      },
    ]);
    expect((await fetch(`${project.url}/graphql/v1`, { method: 'POST' })).status).toBe(401);
  });

  describe('where pg_graphql is installed', () => {
    beforeAll(async () => {
      const folder = join(project.setting('POSTGRES_HOST'), 'native/share/postgresql/extension');
      await writeFile(
        join(folder, 'pg_graphql.control'),
        `default_version = '1.0'\ntrusted = true\nschema = graphql\n`,
      );
      await writeFile(join(folder, 'pg_graphql--1.0.sql'), STAND_IN);
      await project.database.sql(`
        create extension pg_graphql;
        grant usage on schema graphql to anon, authenticated, service_role;
      `);
    });

    test('is resolved with the rights of the caller', async () => {
      const { client, id, token } = await project.signUp('ada@graphql.test');
      await client.from('notes').insert({ text: 'of ada' });
      expect(
        await ask({ query: '{ notes }', variables: { first: 2 }, operationName: 'Mine' }, token),
      ).toEqual([
        200,
        {
          data: {
            query: '{ notes }',
            variables: { first: 2 },
            operation: 'Mine',
            role: 'authenticated',
            user: id,
            notes: ['of ada'],
          },
        },
      ]);
      expect(await ask({ query: '{ notes }' })).toMatchObject([
        200,
        { data: { role: 'anon', user: null, notes: null } },
      ]);
      expect(await ask({ query: '{ notes }' }, project.setting('SERVICE_ROLE_KEY'))).toMatchObject([
        200,
        { data: { role: 'service_role', notes: ['of ada', 'of nobody'] } },
      ]);
    });

    test('tells what is wrong', async () => {
      expect(await ask({ query: 'fail' })).toEqual([400, { errors: [{ message: 'the reason' }] }]);
      for (const body of [{}, [], 'text', { query: 1 }, { query: '{ a }', variables: 'none' }])
        expect(await ask(body)).toMatchObject([400, { errors: [{ message: expect.any(String) }] }]);
    });
  });
});
