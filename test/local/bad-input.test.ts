import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cloud } from './cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await Cloud.start();
});
afterAll(() => cloud.destroy());

const REF = 'abcdefghijklmnopqrst';

describe('a body that is wrong', () => {
  it.each([
    ['not JSON', '{"name":', 400, 'body'],
    ['no object', '[]', 400, 'body'],
    ['empty', undefined, 400, 'body'],
    ['without a name', {}, 400, 'body.name'],
    ['with an empty name', { name: '  ' }, 400, 'body.name'],
    ['with a name of a wrong type', { name: 7 }, 400, 'body.name'],
    ['with a long name', { name: 'x'.repeat(257) }, 400, 'body.name'],
    ['with an invisible name', { name: 'a\u0000b' }, 400, 'body.name'],
    ['with an unknown field', { name: 'x', colour: 'red' }, 400, 'body.colour'],
    ['with an unknown region', { name: 'x', region: 'mars-1' }, 400, 'body.region'],
    [
      'with two regions',
      { name: 'x', region: 'eu-west-1', region_selection: { type: 'specific', code: 'eu-west-1' } },
      400,
      'body.region',
    ],
    ['with an unknown template', { name: 'x', template: 'huge' }, 400, 'body.template'],
    [
      'with a feature that the template lacks',
      { name: 'x', template: 'base', features: ['bidding'] },
      400,
      'body.features',
    ],
    ['with an unknown feature', { name: 'x', features: ['flying'] }, 400, 'body.features.0'],
    ['with an empty password', { name: 'x', db_pass: '' }, 400, 'body.db_pass'],
    [
      'of a foreign organization',
      { name: 'x', organization_slug: 'somebody-else' },
      404,
      'body.organization_slug',
    ],
    ['over 1 MB', { name: 'x'.repeat(1_100_000) }, 413, 'body'],
  ])('%s is refused by name', async (_, body, status, field) => {
    const answer = await cloud.call('POST', '/v1/projects', body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ message: expect.any(String), code: expect.any(String), field });
    expect(answer.body).toHaveProperty('request_id', answer.headers.get('x-request-id'));
    expect(answer.text).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
  });

  it('has created nothing', async () => {
    expect((await cloud.call('GET', '/v1/projects')).body).toEqual([]);
  });
});

describe('a token that is wrong', () => {
  const operations = [
    ['GET', '/v1/projects'],
    ['POST', '/v1/projects'],
    ['GET', `/v1/projects/${REF}`],
    ['DELETE', `/v1/projects/${REF}`],
    ['POST', `/v1/projects/${REF}/database/query`],
    ['GET', '/v1/organizations'],
    ['GET', `/platform/projects/${REF}/events`],
  ] as const;

  it.each(operations)('is refused at %s %s', async (method, path) => {
    const valid = cloud.local.access_token;
    const flipped = valid.slice(0, -1) + (valid.endsWith('0') ? '1' : '0');
    for (const authorization of [
      '',
      'Basic eDp5',
      'Bearer',
      'Bearer nonsense',
      `Bearer ${flipped}`,
      `Bearer sbp_${'0'.repeat(40)}`,
    ]) {
      const answer = await fetch(`${cloud.url}${path}`, { method, headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'unauthorized', request_id: expect.any(String) });
    }
  });
});

describe('a path that is wrong', () => {
  it.each([
    'short',
    'ABCDEFGHIJKLMNOPQRST',
    'abcdefghijklmnopqrs1',
    'abcdefghijklmnopqrstu',
    '..%2f..%2fetc',
  ])('a ref like %s is a 400', async (ref) => {
    const answer = await cloud.call('GET', `/v1/projects/${ref}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', field: 'path.ref' } });
  });

  it('an unknown project is a 404, whatever is asked of it', async () => {
    for (const [method, path] of [
      ['GET', `/v1/projects/${REF}`],
      ['DELETE', `/v1/projects/${REF}`],
      ['POST', `/v1/projects/${REF}/pause`],
      ['GET', `/v1/projects/${REF}/api-keys`],
      ['GET', `/platform/projects/${REF}/certificate`],
    ] as const) {
      expect(await cloud.call(method, path)).toMatchObject({
        status: 404,
        body: { code: 'not_found', field: 'path.ref' },
      });
    }
  });

  it('an unknown operation is a 404, a wrong method a 405', async () => {
    expect(await cloud.call('GET', '/v1/nothing')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    const wrong = await cloud.call('PUT', '/v1/projects', {});
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(wrong.headers.get('allow')).toBe('POST, GET');
  });

  it('an unknown query parameter is named', async () => {
    const { ref } = await cloud.create('for the query');
    const answer = await cloud.call('GET', `/v1/projects/${ref}/api-keys?reveall=true`);
    expect(answer).toMatchObject({ status: 400, body: { field: 'query.reveall' } });
    const health = await cloud.call('GET', `/v1/projects/${ref}/health?services=kitchen`);
    expect(health).toMatchObject({ status: 400, body: { field: 'query.services.0' } });
  });
});

describe('a client that lies about where it is', () => {
  it('is kept in the audit events by its real address', async () => {
    const created = await cloud.call(
      'POST',
      '/v1/organizations',
      { name: 'Honest' },
      { 'x-forwarded-for': '6.6.6.6' },
    );
    expect(created.status).toBe(201);
    expect(created.text).not.toContain('6.6.6.6');
  });
});
