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
        postgresBinaries: undefined,
        pool: 2,
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
    ['BASEPLANE_PG_PORT', '5432'],
    ['BASEPLANE_PROT', '8000'],
  ])('refuse %s=%s by name', (name, value) => {
    const read = readLocalConfig({ [name]: value }, '/');
    expect(read.ok ? [] : read.error).toEqual([expect.stringContaining(name)]);
  });

  it('report every problem at once', () => {
    const read = readLocalConfig({ BASEPLANE_PORT: 'x', BASEPLANE_POOL: 'y', BASEPLANE_NONE: 'z' }, '/');
    expect(read.ok ? [] : read.error).toHaveLength(3);
  });
});
