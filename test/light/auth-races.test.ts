import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, startProject } from './running-project.ts';

const AT_ONCE = Array.from({ length: 8 });
const Tokens = z.object({ refresh_token: z.string() });

describe.runIf(postgresAvailable)('Auth, asked the same thing many times at once', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, { ENABLE_ANONYMOUS_USERS: 'true' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  test('a refresh token has one successor, however many ask for it', async () => {
    const { client } = await project.signUp('refresh@races.test');
    const { session } = (await client.auth.getSession()).data;
    const body = { refresh_token: session?.refresh_token };
    const answers = await Promise.all(
      AT_ONCE.map(async () => (await project.auth('POST', '/token?grant_type=refresh_token', body)).json()),
    );
    const successors = new Set(answers.map((answer) => Tokens.parse(answer).refresh_token));
    expect(successors.size).toBe(1);
    expect(successors.has(session?.refresh_token ?? '')).toBe(false);
  });

  test('a link signs in once, however many follow it', async () => {
    await project.signUp('link@races.test');
    const { data } = await project
      .client('SERVICE_ROLE_KEY')
      .auth.admin.generateLink({ type: 'magiclink', email: 'link@races.test' });
    const body = { type: 'magiclink', token_hash: data.properties?.hashed_token };
    const statuses = await Promise.all(
      AT_ONCE.map(async () => (await project.auth('POST', '/verify', body)).status),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 403)).toHaveLength(AT_ONCE.length - 1);
  });

  test('an address has one user, however many sign it up', async () => {
    const body = { email: 'twin@races.test', password: 'correct horse' };
    const answers = await Promise.all(AT_ONCE.map(() => project.auth('POST', '/signup', body)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 422)).toHaveLength(AT_ONCE.length - 1);
  });
});
