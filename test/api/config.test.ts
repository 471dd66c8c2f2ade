import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '../../functions/contract/index.ts';
import { SECTIONS } from '../../functions/contract/settings/sections.ts';
import { beginTransition } from '../../functions/core/project/begin-transition.ts';
import { NO_SETTINGS } from '../../functions/core/project/settings/settings.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { REFUSED } from '../fakes/fake-databases.ts';
import { ProjectApi } from './project-api.ts';

let api: ProjectApi;

beforeEach(async () => {
  api = await ProjectApi.start();
});

const project = async () => (await api.world.ports.projects.find(api.ref))?.value;
const patch = (path: string, body: object) => api.project('PATCH', path, body);
const configuration = () => api.world.cloud.of(api.ref).database?.configuration;

describe('the settings of Auth', () => {
  it('are all there, each as it is by itself', async () => {
    const { status, body } = await api.project('GET', '/config/auth');
    expect(status).toBe(200);
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(body)).toSorted()).toEqual(
      Object.keys(SECTIONS.auth).toSorted(),
    );
    expect(body).toMatchObject({ site_url: 'http://localhost:3000', disable_signup: false, smtp_pass: null });
  });

  it('are changed, come into force with a new stack, and are in the audit log without their values', async () => {
    const changed = await patch('/config/auth', { disable_signup: true, smtp_host: 'mail.example' });
    expect(changed).toMatchObject({ status: 200, body: { disable_signup: true, jwt_exp: 3600 } });
    await api.world.quiet();
    expect(await project()).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      generation: 2,
      revision: { wanted: 1, begun: 1 },
    });
    expect(api.world.cloud.of(api.ref).settings?.auth.values).toEqual({
      disable_signup: true,
      smtp_host: 'mail.example',
    });
    expect(await api.audited()).toContain('project.settings.auth');
  });

  it('change nothing when nothing is changed', async () => {
    expect((await patch('/config/auth', { disable_signup: false })).status).toBe(200);
    await patch('/config/auth', {});
    expect(await project()).toMatchObject({ generation: 1, revision: { wanted: 0 } });
  });

  it('go back to what they are by themselves with null', async () => {
    await patch('/config/auth', { site_url: 'https://app.example', mailer_otp_exp: 60 });
    const back = await patch('/config/auth', { site_url: null });
    expect(back.body).toMatchObject({ site_url: 'http://localhost:3000', mailer_otp_exp: 60 });
  });

  it('keep secrets with the keys of the project, and show a digest that its CLI compares', async () => {
    const password = 'correct horse battery';
    const given = { smtp_host: 'mail.example', smtp_pass: password };
    const { body } = await patch('/config/auth', given);
    const digest = createHmac('sha256', api.ref).update(password).digest('hex');
    expect(body).toMatchObject({ smtp_pass: digest });
    expect((await api.world.ports.secrets.read(api.ref))?.settings).toEqual({ auth_smtp_pass: password });
    const { items } = await api.world.table.query({ pk: `PROJECT#${api.ref}` });
    expect(JSON.stringify(items)).not.toContain(password);
    await patch('/config/auth', { smtp_pass: '' });
    expect((await api.project('GET', '/config/auth')).body).toMatchObject({ smtp_pass: null });
    expect((await api.world.ports.secrets.read(api.ref))?.settings).toEqual({ auth_smtp_pass: '' });
  });

  it('put a secret in force again that was kept while the record of it was not', async () => {
    await patch('/config/auth', { smtp_pass: 'one' });
    await api.world.quiet();
    const before = await project();
    await patch('/config/auth', { smtp_pass: 'one' });
    await api.world.quiet();
    expect((await project())?.generation).toBe((before?.generation ?? 0) + 1);
  });

  it.each([
    [{ password_hibp_enabled: true }, 'body.password_hibp_enabled'],
    [{ external_github_enabled: true }, 'body.external_github_enabled'],
    [{ security_captcha_secret: 'x' }, 'body.security_captcha_secret'],
    [{ disable_signup: true, hook_send_sms_enabled: true }, 'body.hook_send_sms_enabled'],
  ])('refuse what cannot be put in force, and keep none of it: %j', async (body, field) => {
    const answer = await patch('/config/auth', body);
    expect(answer).toMatchObject({ status: 501, body: { code: 'not_implemented', field } });
    expect((await api.world.ports.settings.read(api.ref)).settings).toEqual(NO_SETTINGS);
  });

  it('take what cannot be put in force as long as it is as it is by itself', async () => {
    const body = {
      password_hibp_enabled: false,
      sms_template: 'Your code is {{ .Code }}',
      mfa_phone_otp_length: 6,
    };
    expect((await patch('/config/auth', body)).status).toBe(200);
  });

  it.each([
    [{ jwt_exp: -1 }, 'body.jwt_exp'],
    [{ site_url: 'a, b' }, 'body.site_url'],
    [{ no_such_setting: 1 }, 'body.no_such_setting'],
    [{ saml_allow_encrypted_assertions: true }, 'body.saml_allow_encrypted_assertions'],
    [{ external_google_enabled: true }, 'body.external_google_client_id'],
  ])('refuse what is wrong: %j', async (body, field) => {
    expect(await patch('/config/auth', body)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', field },
    });
  });
});

describe('changes that meet', () => {
  it('are all taken while a redeployment runs, and all are in force in the end', async () => {
    const lengths = [7, 8, 9, 10, 11, 12];
    const answers = await Promise.all(
      lengths.map((password_min_length) => patch('/config/auth', { password_min_length })),
    );
    expect(answers.map(({ status }) => status)).toEqual(lengths.map(() => 200));
    await patch('/config/auth', { password_min_length: 20 });
    await patch('/config/storage', { fileSizeLimit: 1000 });
    await api.world.quiet();
    expect(api.world.cloud.of(api.ref).settings).toMatchObject({
      auth: { values: { password_min_length: 20 } },
      storage: { values: { file_size_limit: 1000 } },
    });
    const done = await project();
    expect(done?.revision.begun).toBe(done?.revision.wanted);
    expect(done).toMatchObject({ status: 'ACTIVE_HEALTHY', failure: null });
  });

  it('are in force after the control plane has died in between', async () => {
    await patch('/config/auth', { password_min_length: 20 });
    api.world.crash();
    api.world.cloud.loseProcesses();
    await reconcile('start', api.world.ports);
    await api.world.quiet();
    expect(api.world.cloud.of(api.ref).settings?.auth.values).toEqual({ password_min_length: 20 });
    expect(await project()).toMatchObject({ status: 'ACTIVE_HEALTHY' });
  });

  it('are put in force by the reconciler where the workflow died after its end', async () => {
    const read = await api.world.ports.projects.find(api.ref);
    if (read === undefined) throw new Error('no project');
    const { settings } = api.world.ports;
    await api.world.ports.projects.update(read, { ...read.value, revision: { wanted: 1, begun: 0 } }, [
      settings.write(api.ref, 'auth', undefined, { values: { disable_signup: true }, secrets: [] }),
    ]);
    await reconcile('tick', api.world.ports);
    await api.world.quiet();
    expect(api.world.cloud.of(api.ref).settings?.auth.values).toEqual({ disable_signup: true });
  });

  it('wait for the next start of a paused project', async () => {
    await beginTransition(api.ref, 'pause', api.world.actor, api.world.ports);
    await api.world.quiet();
    expect((await patch('/config/auth', { disable_signup: true })).status).toBe(200);
    expect((await patch('/postgrest', { max_rows: 7 })).status).toBe(200);
    expect((await api.project('PUT', '/config/database/postgres', { work_mem: '8MB' })).status).toBe(200);
    expect(await project()).toMatchObject({ status: 'INACTIVE' });
    await beginTransition(api.ref, 'restore', api.world.actor, api.world.ports);
    await api.world.quiet();
    expect(api.world.cloud.of(api.ref).settings?.auth.values).toEqual({ disable_signup: true });
    expect(configuration()).toEqual({ work_mem: '8MB', 'pgrst.db_max_rows': '7' });
  });
});

describe('the settings of the database', () => {
  it('are in force at once, without a new stack', async () => {
    const put = await api.project('PUT', '/config/database/postgres', {
      work_mem: '8MB',
      max_connections: 50,
    });
    expect(put).toEqual({ status: 200, body: { work_mem: '8MB', max_connections: 50 } });
    expect(configuration()).toEqual({ work_mem: '8MB', max_connections: '50' });
    expect((await patch('/postgrest', { db_schema: 'api,public' })).body).toMatchObject({
      db_schema: 'api,public',
      max_rows: 1000,
    });
    expect(configuration()).toMatchObject({ 'pgrst.db_schemas': 'api,public' });
    expect(await project()).toMatchObject({ generation: 1, revision: { wanted: 2, begun: 2 } });
  });

  it('are replaced as a whole by PUT, and by parts by PATCH', async () => {
    await api.project('PUT', '/config/database/postgres', { work_mem: '8MB', statement_timeout: '9s' });
    const patched = await patch('/config/database/postgres', {
      statement_timeout: null,
      max_connections: 50,
    });
    expect(patched.body).toEqual({ work_mem: '8MB', max_connections: 50 });
    const put = await api.project('PUT', '/config/database/postgres', { wal_keep_size: '1GB' });
    expect(put.body).toEqual({ wal_keep_size: '1GB' });
    expect(configuration()).toEqual({ wal_keep_size: '1GB' });
  });

  it('are what they were where Postgres refuses one', async () => {
    await api.project('PUT', '/config/database/postgres', { work_mem: '8MB' });
    const refused = await patch('/config/database/postgres', { maintenance_work_mem: REFUSED });
    expect(refused).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect((await api.project('GET', '/config/database/postgres')).body).toEqual({ work_mem: '8MB' });
    expect(configuration()).toEqual({ work_mem: '8MB' });
  });
});

describe('the other sections', () => {
  it('are shown as Supabase shows them, and refuse what is not there', async () => {
    expect((await api.project('GET', '/config/storage')).body).toMatchObject({
      fileSizeLimit: 52_428_800,
      features: { imageTransformation: { enabled: true }, s3Protocol: { enabled: false } },
    });
    expect((await patch('/config/storage', { fileSizeLimit: 2048 })).status).toBe(200);
    expect((await api.project('GET', '/config/storage')).body).toMatchObject({ fileSizeLimit: 2048 });
    const s3 = await patch('/config/storage', { features: { s3Protocol: { enabled: true } } });
    expect(s3).toMatchObject({ status: 501, body: { field: 'body.features.s3Protocol.enabled' } });
    expect(await patch('/config/storage', { fileSizeLimit: 6 * 1024 ** 3 })).toMatchObject({
      status: 400,
      body: { field: 'body.fileSizeLimit' },
    });
    expect((await patch('/config/realtime', { private_only: false })).status).toBe(204);
    expect((await patch('/config/realtime', { private_only: true })).status).toBe(204);
    expect((await api.project('GET', '/config/realtime')).body).toMatchObject({ private_only: true });
    expect((await patch('/config/realtime', { max_bytes_per_second: 5 })).status).toBe(501);
    expect((await patch('/config/database/pooler', { pool_mode: 'session' })).body).toEqual({
      default_pool_size: null,
      pool_mode: 'session',
    });
    expect((await patch('/config/database/pooler', { pool_mode: 'transaction' })).status).toBe(501);
    expect((await api.project('GET', '/config/auth/sso/providers')).body).toEqual({ items: [] });
    expect((await api.project('POST', '/config/auth/sso/providers', { type: 'saml' })).status).toBe(501);
  });

  it('end the connections to Realtime where the template can, and say where it cannot', async () => {
    const { services } = api.world;
    const asked = 'POST /realtime/v1/api/shutdown';
    const end = () => api.project('POST', '/config/realtime/shutdown');
    services.answers.set(asked, { status: 204, body: '' });
    expect(await end()).toMatchObject({ status: 204 });
    expect(services.asked.map(({ path }) => path)).toContain(asked);
    services.answers.set(asked, { status: 404, body: '{}' });
    expect(await end()).toMatchObject({ status: 501, body: { code: 'not_implemented' } });
    services.answers.set(asked, { status: 500, body: 'no' });
    expect((await end()).status).toBe(503);
  });

  it('are all in one answer', async () => {
    await patch('/config/auth', { disable_signup: true });
    await api.project('PUT', '/config/database/postgres', { work_mem: '8MB' });
    const { status, body } = await api.call('GET', `/v2/projects/${api.ref}/config`);
    expect(status).toBe(200);
    expect(OPERATIONS.getProjectConfig.response.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      data: {
        type: 'project_config',
        id: api.ref,
        attributes: {
          auth: { disable_signup: true },
          api: { max_rows: 1000 },
          database: { ssl_enforced: false, postgres_settings: { work_mem: '8MB' } },
          storage: { file_size_limit: 52_428_800 },
        },
      },
    });
  });

  it('are nobody’s to change of a project that has no such service', async () => {
    const created = await api.call('POST', '/v1/projects', { name: 'bare', template: 'base' });
    const { ref } = z.object({ ref: z.string() }).parse(created.body);
    await api.world.quiet();
    expect(
      await api.call('PATCH', `/v1/projects/${ref}/config/auth`, { disable_signup: true }),
    ).toMatchObject({
      status: 501,
      body: { message: expect.stringContaining('has no auth') },
    });
  });
});
