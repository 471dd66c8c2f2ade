import { describe, expect, test } from 'vitest';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { addressOf, type Names } from './gateway-address.ts';

const ref = 'abcdefghijklmnopqrst';
const project = (path: string, prefix = '') => ({ kind: 'project', ref, path, prefix });
const control = (path: string) => ({ kind: 'control', path });

const NAMES: Names = {
  domain: 'localhost',
  projectAt: (name) =>
    ['my-app.localhost', 'api.example.com'].includes(name) ? projectRefSchema.parse(ref) : undefined,
};

const ROWS: readonly (readonly [host: string, url: string, destination: object])[] = [
  [`${ref}.localhost`, '/rest/v1/t?select=*', project('/rest/v1/t?select=*')],
  [`${ref}.localhost:8000`, '/', project('/')],
  [`${ref.toUpperCase()}.LocalHost:8000`, '/', project('/')],
  [`${ref}.localhost.:8000`, '/', project('/')],
  [`${ref}.localhost`, `/p/${'z'.repeat(20)}/x`, project(`/p/${'z'.repeat(20)}/x`)],
  ['localhost:8000', `/p/${ref}/rest/v1/t?a=1`, project('/rest/v1/t?a=1', `/p/${ref}`)],
  ['127.0.0.1', `/p/${ref}`, project('/', `/p/${ref}`)],
  ['[::1]:8000', `/p/${ref}?a=/b`, project('/?a=/b', `/p/${ref}`)],
  ['elsewhere.example', `/p/${ref}/`, project('/', `/p/${ref}`)],
  ['', `/p/${ref}/x`, project('/x', `/p/${ref}`)],
  ['localhost', `/p/${ref}//a/../%2e%2e/%2Fb`, project('//a/../%2e%2e/%2Fb', `/p/${ref}`)],
  ['localhost', `/p/${ref}/p/${ref}/x`, project(`/p/${ref}/x`, `/p/${ref}`)],
  ['my-app.localhost:8000', '/rest/v1/t', project('/rest/v1/t')],
  ['API.Example.com.', '/auth/v1/health?a=1', project('/auth/v1/health?a=1')],
  ['example.com', '/v1/projects', control('/v1/projects')],
  ['localhost', '/p/short/x', { kind: 'no_project', name: 'short' }],
  ['localhost', `/p/${ref.toUpperCase()}/x`, { kind: 'no_project', name: ref.toUpperCase() }],
  ['localhost', `/p/${ref}%2Frest`, { kind: 'no_project', name: `${ref}%2Frest` }],
  ['localhost', '/p/', { kind: 'no_project', name: '' }],
  ['localhost', '/p', control('/p')],
  ['localhost', `//p/${ref}/x`, control(`//p/${ref}/x`)],
  ['localhost', '/v1/projects', control('/v1/projects')],
  ['short.localhost', '/', control('/')],
  [`a.${ref}.localhost`, '/', control('/')],
  [`${ref}localhost`, '/', control('/')],
  [`${ref}.localhost.example`, '/', control('/')],
  ['localhost', `http://${ref}.localhost:8000/rest/v1?a=b`, project('/rest/v1?a=b')],
  ['elsewhere', `HTTPS://${ref}.localhost?a`, project('/?a')],
  [`${ref}.localhost`, 'http://localhost/v1', control('/v1')],
];

describe('the address of a request', () => {
  test.for(ROWS)('Host %s, %s', ([host, url, destination]) => {
    expect(addressOf(url, host === '' ? [] : [host], NAMES).destination).toEqual(destination);
  });

  test('the domain may have several labels', () => {
    const names = { ...NAMES, domain: 'db.example.test' };
    expect(addressOf('/x', [`${ref}.db.example.test`], names).destination).toEqual(project('/x'));
    expect(addressOf('/x', [`${ref}.example.test`], names).destination).toEqual(control('/x'));
  });

  test.for([
    ['two hosts', '/', ['localhost', 'localhost']],
    ['no host in the Host', '/', ['a b']],
    ['credentials in the Host', '/', [`user@${ref}.localhost`]],
    ['a path in the Host', '/', [`${ref}.localhost/x`]],
    ['a port that is no number', '/', ['localhost:80a']],
    ['a comma', '/', [`${ref}.localhost,localhost`]],
    ['no path', '*', ['localhost']],
    ['another scheme', 'ftp://localhost/', ['localhost']],
    ['no host in an absolute URL', 'http:///', ['localhost']],
  ] as const)('%s is invalid', ([, url, hosts]) => {
    expect(addressOf(url, hosts, NAMES).destination.kind).toBe('invalid');
  });
});
