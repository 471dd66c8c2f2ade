import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { valueOf } from '../database/project.ts';
import type { RunningProject } from './running-project.ts';
import { startStorage } from './storage-project.ts';

/** Who writes a row that is called so waits until somebody ends them. */
const SCHEMA = `
  create function public.wait_for_the_end() returns trigger language plpgsql security definer as $$
    begin perform pg_sleep(300); return new; end
  $$;
  create trigger waits before insert on auth.users for each row
    when (new.email like 'waits%') execute function public.wait_for_the_end();
  create trigger waits before insert on storage.objects for each row
    when (new.name like 'waits%') execute function public.wait_for_the_end();
  create table public.naps (id int);
  insert into public.naps values (1);
  create view public.waits as select naps.* from public.naps, pg_sleep(300);
`;

/** A request that nobody answers is what this is about: it fails then, and long before the test does. */
const patience = () => AbortSignal.timeout(50_000);

describe.runIf(postgresAvailable)('when the database ends connections', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startStorage();
    await project.database.sql(SCHEMA);
    await project.client('SERVICE_ROLE_KEY').storage.createBucket('files');
  });

  afterAll(() => project[Symbol.asyncDispose]());

  /** Ends the data plane's backends that are in this state, once there is one. */
  async function endBackends(state: string): Promise<void> {
    const db = await project.database.cluster.connect('supabase_admin', 'project');
    const end = `select count(pg_terminate_backend(pid)) from pg_stat_activity
      where application_name like 'light %' and application_name <> 'light listener' and ${state}`;
    await expect.poll(() => valueOf(db, end), { timeout: 10_000 }).not.toBe('0');
    await db.end();
  }

  const call = (method: string, path: string, body?: object | string) =>
    fetch(`${project.url}${path}`, {
      method,
      signal: patience(),
      headers: {
        apikey: project.setting('SERVICE_ROLE_KEY'),
        'content-type': typeof body === 'string' ? 'text/plain' : 'application/json',
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const signUp = (email: string) => call('POST', '/auth/v1/signup', { email, password: 'correct horse' });
  const upload = (name: string) => call('POST', `/storage/v1/object/files/${name}`, 'text');
  const read = (name: string) => call('GET', `/rest/v1/${name}?select=id`);

  test.each([
    ['Auth', () => signUp('waits@lost.test'), () => signUp('goes-on@lost.test')],
    ['Storage', () => upload('waits.txt'), () => upload('goes-on.txt')],
    ['REST', () => read('waits'), () => read('naps')],
  ])(
    '%s answers the request that a lost connection served, and the next ones',
    async (_name, waiting, next) => {
      const answering = waiting();
      await endBackends(`wait_event = 'PgSleep'`);
      const answer = await answering;
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(await answer.json()).toEqual(expect.objectContaining({ message: expect.any(String) }));
      const after = await Promise.all(Array.from({ length: 3 }, next));
      expect(after.filter(({ status }) => status < 400)).not.toEqual([]);
      expect(after.filter(({ status }) => status >= 500)).toEqual([]);
    },
  );

  test('whatever they are doing, each request is answered', async () => {
    const requests = Array.from({ length: 10 }, (_, at) => [
      signUp(`user${at}@lost.test`),
      upload(`file${at}.txt`),
      read('naps'),
    ]).flat();
    const waiting = new Set(requests);
    for (const request of requests)
      void request.finally(() => waiting.delete(request)).catch(() => undefined);
    while (waiting.size > 15) await endBackends(`state <> 'none'`);
    const answers = await Promise.all(requests);
    expect(answers.filter(({ status }) => status < 300)).not.toEqual([]);
    for (const again of [await signUp('last@lost.test'), await upload('last.txt'), await read('naps')])
      expect(again.status).toBe(200);
    expect(project.light.output()).not.toContain('correct horse');
  });
});
