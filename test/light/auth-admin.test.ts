import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callers, masterUser } from '../database/callers.ts';
import { postgresAvailable } from '../database/cluster.ts';
import { type RunningProject, sign, startProject } from './running-project.ts';

const password = 'correct horse';

describe.runIf(postgresAvailable)('Auth, for administrators', () => {
  let project: RunningProject;

  beforeAll(async () => {
    project = await startProject(callers[0] ?? masterUser, { MAILER_AUTOCONFIRM: 'false' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const admin = () => project.client('SECRET_KEYS').auth.admin;
  const signIn = (email: string, secret = password) =>
    project.client('ANON_KEY').auth.signInWithPassword({ email, password: secret });

  async function create(email: string, more: object = {}) {
    const { data, error } = await admin().createUser({ email, password, email_confirm: true, ...more });
    expect(error).toBeNull();
    if (data.user === null) throw new Error('No user was made.');
    return data.user;
  }

  test.each([
    ['GET', '/admin/users'],
    ['POST', '/admin/users'],
    ['GET', '/admin/users/c0ffee00-0000-4000-8000-000000000000'],
    ['PUT', '/admin/users/c0ffee00-0000-4000-8000-000000000000'],
    ['DELETE', '/admin/users/c0ffee00-0000-4000-8000-000000000000'],
    ['GET', '/admin/users/c0ffee00-0000-4000-8000-000000000000/factors'],
    ['POST', '/admin/generate_link'],
    ['POST', '/invite'],
    ['GET', '/admin/oauth/clients'],
    ['POST', '/admin/custom-providers'],
  ])('%s %s is for holders of a secret key alone', async (method, path) => {
    const user = await create(`user-${method}-${path.length}@admin.test`);
    const { data } = await signIn(user.email ?? '');
    const tokens = {
      anon: undefined,
      user: data.session?.access_token,
      forged: await sign({ role: 'service_role', sub: user.id }, 'another secret, just as long as ours is'),
    };
    const body = method === 'GET' ? undefined : {};
    const refusal = async (token: string | undefined) => {
      const response = await project.auth(method, path, body, token);
      return [response.status, await response.json()];
    };
    expect(await refusal(tokens.anon)).toMatchObject([403, { code: 403, error_code: 'not_admin' }]);
    expect(await refusal(tokens.user)).toMatchObject([403, { error_code: 'not_admin' }]);
    expect(await refusal(tokens.forged)).toMatchObject([403, { error_code: 'bad_jwt' }]);
  });

  test('users are made with all that can be said about them', async () => {
    const id = 'c0ffee00-0000-4000-8000-00000000000a';
    const user = await create('Full@admin.test', {
      id,
      phone: '+49 151 1234567',
      phone_confirm: true,
      user_metadata: { name: 'Full' },
      app_metadata: { plan: 'pro' },
      role: 'authenticated',
    });
    expect(user).toMatchObject({
      id,
      email: 'full@admin.test',
      phone: '491511234567',
      user_metadata: { name: 'Full' },
      app_metadata: { plan: 'pro', provider: 'email', providers: ['email', 'phone'] },
      email_confirmed_at: expect.any(String),
      phone_confirmed_at: expect.any(String),
    });
    expect(decodeJwt((await signIn('full@admin.test')).data.session?.access_token ?? '')).toMatchObject({
      phone: '491511234567',
      app_metadata: { plan: 'pro' },
    });
    const twice = await admin().createUser({ email: 'full@admin.test' });
    expect(twice.error).toMatchObject({ status: 422, code: 'email_exists' });
    expect((await admin().createUser({ phone: '491511234567' })).error).toMatchObject({
      code: 'phone_exists',
    });
    expect((await admin().createUser({ user_metadata: {} })).error).toMatchObject({
      code: 'validation_failed',
    });
  });

  test.each([
    // Of "imported password".
    ['bcrypt', '$2b$04$sbNtX/444dzMh61TV3UEqOg72sgg89i4JeaV9BdrIMD8iI4skqnxm'],
    [
      'argon2',
      '$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$nxjOkl6o0aRCTwGpeFfdb6i2kxlvhGG5YwuOb9IwLP0',
    ],
  ])('a password is imported by its hash: %s', async (kind, password_hash) => {
    const email = `${kind}@admin.test`;
    await admin().createUser({ email, email_confirm: true, password_hash });
    expect((await signIn(email, 'wrong')).error).toMatchObject({ code: 'invalid_credentials' });
    expect(await signIn(email, 'imported password')).toMatchObject({ error: null });
  });

  test('a hash that nothing could check is refused', async () => {
    const { error } = await admin().createUser({ email: 'hash@admin.test', password_hash: 'md5:abc' });
    expect(error).toMatchObject({ code: 'validation_failed' });
  });

  test('users are listed by pages', async () => {
    for (const name of ['p1', 'p2', 'p3']) await create(`${name}@admin.test`);
    const first = await admin().listUsers({ page: 1, perPage: 2 });
    expect(first.data).toMatchObject({
      users: [{ email: 'p3@admin.test' }, { email: 'p2@admin.test' }],
      nextPage: 2,
    });
    const total = 'total' in first.data ? first.data.total : 0;
    const second = await admin().listUsers({ page: 2, perPage: 2 });
    expect(second.data.users[0]).toMatchObject({ email: 'p1@admin.test' });
    const beyond = await admin().listUsers({ page: Math.ceil(total / 2) + 1, perPage: 2 });
    expect(beyond.data).toMatchObject({ users: [], nextPage: null, total });
    expect((await admin().listUsers({ page: -1 })).error).toMatchObject({ status: 400 });
  });

  test('a user is changed, banned, and let in again', async () => {
    const user = await create('change@admin.test', { user_metadata: { a: 1, b: 2 } });
    const changed = await admin().updateUserById(user.id, {
      email: 'changed@admin.test',
      email_confirm: true,
      password: 'battery staple',
      user_metadata: { a: null, c: 3 },
    });
    expect(changed.data.user).toMatchObject({ email: 'changed@admin.test', user_metadata: { b: 2, c: 3 } });
    expect(changed.data.user?.user_metadata).not.toHaveProperty('a');
    const { data } = await signIn('changed@admin.test', 'battery staple');
    await admin().updateUserById(user.id, { ban_duration: '24h' });
    expect((await signIn('changed@admin.test', 'battery staple')).error).toMatchObject({
      code: 'user_banned',
    });
    const body = { refresh_token: data.session?.refresh_token };
    expect((await project.auth('POST', '/token?grant_type=refresh_token', body)).status).toBe(400);
    await admin().updateUserById(user.id, { ban_duration: 'none' });
    expect(await signIn('changed@admin.test', 'battery staple')).toMatchObject({ error: null });
    expect((await admin().updateUserById(user.id, { ban_duration: 'soon' })).error).toMatchObject({
      status: 400,
    });
  });

  test('a user is deleted, or hidden so that nothing tells who it was', async () => {
    const gone = await create('gone@admin.test');
    expect(await admin().deleteUser(gone.id)).toMatchObject({ error: null, data: { user: { id: gone.id } } });
    expect((await admin().getUserById(gone.id)).error).toMatchObject({ status: 404, code: 'user_not_found' });
    const hidden = await create('hidden@admin.test');
    const { data } = await signIn('hidden@admin.test');
    await admin().deleteUser(hidden.id, true);
    expect((await admin().getUserById(hidden.id)).data.user).toMatchObject({
      deleted_at: expect.any(String),
    });
    const rows = await project.database.as('supabase_auth_admin', async (db) =>
      db.query(
        `select u::text || coalesce(i::text, '') as text from auth.users u left join auth.identities i on i.user_id = u.id
         where u.id = $1`,
        [hidden.id],
      ),
    );
    expect(JSON.stringify(rows.rows)).not.toContain('hidden@admin.test');
    expect((await project.auth('GET', '/user', undefined, data.session?.access_token)).status).toBe(403);
    expect(await create('hidden@admin.test')).toBeDefined();
  });

  test('somebody who is invited follows the link of the mail', async () => {
    const invited = await admin().inviteUserByEmail('guest@admin.test', { data: { team: 'red' } });
    expect(invited).toMatchObject({
      error: null,
      data: { user: { invited_at: expect.any(String), user_metadata: { team: 'red' } } },
    });
    const mail = (await project.mails()).find((text) => text.includes('To: guest@admin.test')) ?? '';
    const encoded = mail.split('base64\r\n\r\n')[1]?.split('\r\n\r\n--')[0] ?? '';
    const link = new URL(/http\S+/.exec(Buffer.from(encoded, 'base64').toString())?.[0] ?? '');
    const followed = await project.auth('GET', `/verify${link.search}`);
    expect(followed.headers.get('location')).toContain('type=invite');
    expect((await admin().inviteUserByEmail('guest@admin.test')).error).toMatchObject({
      code: 'email_exists',
    });
  });

  test.each(['signup', 'invite', 'magiclink', 'recovery'] as const)(
    'a link of type %s is made and works',
    async (type) => {
      const email = `link-${type}@admin.test`;
      if (type === 'recovery') await create(email);
      const params = type === 'signup' ? { type, email, password } : { type, email };
      const { data, error } = await admin().generateLink(params);
      expect(error).toBeNull();
      expect(data.user).toMatchObject({ email });
      expect(data.properties).toMatchObject({
        verification_type: type,
        email_otp: expect.stringMatching(/^\d{6}$/),
      });
      const link = new URL(data.properties?.action_link ?? '');
      expect(link.origin + link.pathname).toBe('http://project.test/p/x/auth/v1/verify');
      const followed = await project.auth('GET', `/verify${link.search}`);
      expect(followed.headers.get('location')).toContain('access_token=');
      const again = await project.auth('GET', `/verify${link.search}`);
      expect(again.headers.get('location')).toContain('error_code=otp_expired');
    },
  );

  test('a change of address is confirmed by links that an administrator made', async () => {
    const user = await create('before@admin.test');
    const params = { email: 'before@admin.test', newEmail: 'after@admin.test' };
    const current = await admin().generateLink({ type: 'email_change_current', ...params });
    const next = await admin().generateLink({ type: 'email_change_new', ...params });
    for (const { data } of [current, next])
      await project.auth('GET', `/verify${new URL(data.properties?.action_link ?? '').search}`);
    expect((await admin().getUserById(user.id)).data.user).toMatchObject({ email: 'after@admin.test' });
    const nobody = await admin().generateLink({ type: 'recovery', email: 'nobody@admin.test' });
    expect(nobody.error).toMatchObject({ status: 404, code: 'user_not_found' });
  });

  test('a user is signed out everywhere', async () => {
    await create('away@admin.test');
    const [here, there] = [await signIn('away@admin.test'), await signIn('away@admin.test')];
    const token = here.data.session?.access_token ?? '';
    expect(await admin().signOut(token, 'others')).toMatchObject({ error: null });
    expect((await project.auth('GET', '/user', undefined, there.data.session?.access_token)).status).toBe(
      403,
    );
    expect((await project.auth('GET', '/user', undefined, token)).status).toBe(200);
    await admin().signOut(token, 'global');
    expect((await project.auth('GET', '/user', undefined, token)).status).toBe(403);
  });
});
