import { describe, expect, it } from 'vitest';
import { readLocalConfig } from './config.ts';

describe('the settings of the local cloud', () => {
  it('have defaults', () => {
    expect(readLocalConfig({}, '/somewhere')).toEqual({
      ok: true,
      value: {
        port: 8000,
        home: '/somewhere/.baseplane',
        projectDomain: 'localhost',
        tlsPort: undefined,
        postgresPort: undefined,
        postgresBinaries: undefined,
        pool: { floor: 2, ceiling: 4 },
        log: 'text',
        issuer: undefined,
        rateLimit: 6000,
      },
    });
  });

  it('take an empty variable for an absent one', () => {
    expect(readLocalConfig({ BASEPLANE_PORT: '' }, '/')).toMatchObject({ ok: true, value: { port: 8000 } });
  });

  it.each([
    ['BASEPLANE_PORT', '0'],
    ['BASEPLANE_PORT', '65536'],
    ['BASEPLANE_PORT', 'http'],
    ['BASEPLANE_PROJECT_DOMAIN', 'Example.com'],
    ['BASEPLANE_PROJECT_DOMAIN', 'a..b'],
    ['BASEPLANE_PG_BIN', 'relative/bin'],
    ['BASEPLANE_POOL', '-1'],
    ['BASEPLANE_POOL', '4-2'],
    ['BASEPLANE_IDLE_AFTER', '7 days'],
    ['BASEPLANE_IDLE_AFTER', '0d'],
    ['BASEPLANE_IDLE_AFTER', '4s'],
    ['BASEPLANE_LOG', 'xml'],
    ['BASEPLANE_PG_PORT', 'postgres'],
    ['BASEPLANE_PG_PORT', '8000'],
    ['BASEPLANE_PROT', '8000'],
    ['BASEPLANE_OIDC_ISSUER', 'https://issuer.example'],
    ['BASEPLANE_OIDC_CLIENT_ID', 'baseplane'],
    ['BASEPLANE_RATE_LIMIT', '0'],
    ['BASEPLANE_NAME_SERVERS', 'dns.example'],
    ['BASEPLANE_NAME_SERVERS', '192.0.2.1,'],
  ])('refuse %s=%s by name', (name, value) => {
    const read = readLocalConfig({ [name]: value }, '/');
    expect(read.ok ? [] : read.error).toEqual([expect.stringContaining(name)]);
  });

  it.each([
    ['30s', 30_000],
    ['45m', 2_700_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
  ])('take %s for an idle time', (text, idleAfterMs) => {
    expect(readLocalConfig({ BASEPLANE_IDLE_AFTER: text }, '/')).toMatchObject({ value: { idleAfterMs } });
  });

  it.each([
    ['3', { floor: 3, ceiling: 3 }],
    ['1-6', { floor: 1, ceiling: 6 }],
  ])('take %s for the size of the pool', (text, pool) => {
    expect(readLocalConfig({ BASEPLANE_POOL: text }, '/')).toMatchObject({ value: { pool } });
  });

  it('name the servers that know custom hostnames', () => {
    const nameServers = ['192.0.2.1', '127.0.0.1:5353', '2001:db8::1'];
    expect(readLocalConfig({ BASEPLANE_NAME_SERVERS: nameServers.join(', ') }, '/')).toMatchObject({
      value: { nameServers },
    });
  });

  it('name an issuer, over TLS unless it is this machine', () => {
    const read = (issuer: string) =>
      readLocalConfig({ BASEPLANE_OIDC_ISSUER: issuer, BASEPLANE_OIDC_CLIENT_ID: 'baseplane' }, '/');
    for (const issuer of ['https://issuer.example', 'http://localhost:8000/oidc']) {
      expect(read(issuer)).toMatchObject({ ok: true, value: { issuer: { issuer, clientId: 'baseplane' } } });
    }
    for (const issuer of ['http://issuer.example', 'http://localhost.example', 'issuer']) {
      expect(read(issuer)).toMatchObject({ ok: false });
    }
  });

  it('report every problem at once', () => {
    const read = readLocalConfig({ BASEPLANE_PORT: 'x', BASEPLANE_POOL: 'y', BASEPLANE_NONE: 'z' }, '/');
    expect(read.ok ? [] : read.error).toHaveLength(3);
  });
});
