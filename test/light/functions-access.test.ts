import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';
import { sign } from './running-project.ts';

const Refusal = z.object({ code: z.string().optional() });

const ECHO = `
  Deno.serve((request) => Response.json({ authorization: request.headers.get('authorization') }));
`;

describe.runIf(postgresAvailable)('functions', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions();
    await project.deploy('echo', ECHO);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  describe('that verify tokens', () => {
    beforeAll(() => project.deploy('guarded', { files: { 'index.ts': ECHO }, verify_jwt: true }));

    const statusOf = async (authorization?: string) => {
      const response = await project.call('guarded', {
        headers: authorization === undefined ? {} : { authorization },
      });
      return [response.status, Refusal.parse(await response.json()).code];
    };

    test.each(['ANON_KEY', 'SERVICE_ROLE_KEY', 'PUBLISHABLE_KEYS', 'SECRET_KEYS'] as const)(
      'take %s',
      async (name) => {
        expect(await statusOf(`Bearer ${project.setting(name)}`)).toEqual([200, undefined]);
        expect(await project.client(name).functions.invoke('guarded')).toMatchObject({ error: null });
      },
    );

    test('take a user’s token', async () => {
      const { client, token } = await project.signUp('caller@functions.test');
      expect(await client.functions.invoke('guarded')).toMatchObject({
        data: { authorization: `Bearer ${token}` },
      });
    });

    test('refuse no token, another’s and an old one', async () => {
      expect(await statusOf()).toEqual([401, 'UNAUTHORIZED_NO_AUTH_HEADER']);
      const invalid = [401, 'UNAUTHORIZED_INVALID_JWT_FORMAT'];
      expect(await statusOf('Basic abc')).toEqual(invalid);
      expect(await statusOf('Bearer nonsense')).toEqual(invalid);
      expect(
        await statusOf(`Bearer ${await sign({ role: 'anon' }, 'another secret, just as long as ours')}`),
      ).toEqual(invalid);
      const old = await sign({ role: 'anon' }, project.setting('JWT_SECRET'), '-1s');
      expect(await statusOf(`Bearer ${old}`)).toEqual(invalid);
      expect((await statusOf('Bearer sb_secret_nonsense'))[0]).toBe(401);
    });

    test('answer a preflight themselves, without a key', async () => {
      expect((await project.call('guarded', { method: 'OPTIONS' })).status).toBe(200);
    });
  });

  describe('leave to the function', () => {
    test('credentials that are not the project’s', async () => {
      for (const authorization of ['Basic dXNlcjpwdw==', 'Bearer whsec_of_another_service', undefined]) {
        const headers = authorization === undefined ? {} : { authorization };
        const echoed = await project.call('echo', { headers });
        expect(await echoed.json()).toMatchObject({ authorization: authorization ?? null });
      }
    });

    test('which browsers may call', async () => {
      await project.deploy(
        'strict',
        `Deno.serve((request) => new Response(request.method, {
           headers: { 'access-control-allow-origin': 'https://mine.test', 'access-control-allow-headers': 'x-mine' },
         }));`,
      );
      const preflight = await project.call('strict', {
        method: 'OPTIONS',
        headers: { origin: 'https://other.test', 'access-control-request-method': 'POST' },
      });
      expect(preflight.headers.get('access-control-allow-origin')).toBe('https://mine.test');
      expect(preflight.headers.get('access-control-allow-headers')).toBe('x-mine');
      expect((await project.call('echo')).headers.get('access-control-allow-origin')).toBeNull();
      expect((await project.call('unknown')).headers.get('access-control-allow-origin')).toBe('*');
    });
  });
});
