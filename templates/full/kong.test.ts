import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { NO_SETTINGS } from '../../functions/core/project/settings/settings.ts';
import { PROJECT_SERVICES } from '../project-routes.ts';
import { PLUGINS, kongConfig, kongSecrets, kongStart } from './kong.ts';
import type { Route } from './kong.ts';
import { TOOL_ROUTES, projectRoutes } from './routes.ts';
import { fullTask } from './task.ts';
import { FULL } from './template.ts';
import { TOOLS_TASK } from './tools.ts';

const STACK = { template: FULL, settings: NO_SETTINGS };

const GATEWAYS: readonly [string, readonly Route[], readonly { port: number }[]][] = [
  ['a project', projectRoutes({ tools: false }), fullTask({ tools: false }, STACK).containers],
  ['a project with tools', projectRoutes({ tools: true }), fullTask({ tools: true }, STACK).containers],
  ['the tools', TOOL_ROUTES, TOOLS_TASK.containers],
];

/** Kong's rule: of the routes that match, the one with the longest path. */
function routeOf(routes: readonly Route[], path: string): Route | undefined {
  const length = (route: Route) =>
    Math.max(-1, ...route.paths.filter((prefix) => path.startsWith(prefix)).map((prefix) => prefix.length));
  return routes.filter((route) => length(route) >= 0).toSorted((a, b) => length(b) - length(a))[0];
}

describe.each(GATEWAYS)('the gateway of %s', (_, routes, containers) => {
  test('leads to ports that containers have', () => {
    const ports = new Set(containers.map(({ port }) => port));
    for (const { to } of routes) {
      if (typeof to !== 'string') continue;
      const { hostname, port } = new URL(to.replace('{{tools_host}}', 'tools.test'));
      const reached = hostname === 'tools.test' ? TOOLS_TASK.containers.map((tool) => tool.port) : [...ports];
      expect(reached).toContain(Number(port));
    }
  });

  test('is a configuration that Kong can read: names are unique, every plugin is loaded', () => {
    const config = kongConfig(routes);
    const names = config.services.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { plugins, routes } of config.services) {
      expect(routes[0]?.paths.every((path) => path.startsWith('/'))).toBe(true);
      expect(
        plugins.map(({ name }) => name).filter((name) => !PLUGINS.some((known) => known === name)),
      ).toEqual([]);
      expect(new Set(plugins.map(({ name }) => name)).size).toBe(plugins.length);
    }
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });
});

describe('a project’s routes', () => {
  const routes = projectRoutes({ tools: true });

  test.each(PROJECT_SERVICES)('have one for /%s', (service) => {
    const path = service === 'pg' ? '/pg/' : `/${service}/v1/`;
    expect(routeOf(projectRoutes({ tools: false }), `${path}x`)).toBeDefined();
  });

  test.each([
    ['/rest/v1/todos', 'any', 'http://127.0.0.1:3000/'],
    ['/graphql/v1', 'any', 'http://127.0.0.1:3000/rpc/graphql'],
    ['/auth/v1/user', 'any', 'http://127.0.0.1:9999/'],
    ['/auth/v1/verify', 'none', 'http://127.0.0.1:9999/verify'],
    ['/auth/v1/callback', 'none', 'http://127.0.0.1:9999/callback'],
    ['/auth/v1/.well-known/jwks.json', 'none', 'http://127.0.0.1:9999/.well-known/jwks.json'],
    ['/realtime/v1/websocket', 'any', 'http://127.0.0.1:4000/socket/'],
    ['/realtime/v1/api/broadcast', 'any', 'http://127.0.0.1:4000/api'],
    ['/storage/v1/object/public/b/k', 'none', 'http://127.0.0.1:5000/'],
    ['/storage/v1/s3/b/k', 'none', 'http://127.0.0.1:5000/s3/'],
    ['/functions/v1/hello', 'none', 'http://127.0.0.1:9000/'],
    ['/pg/tables', 'secret', 'http://127.0.0.1:8080/'],
    ['/analytics/v1/api/endpoints', 'secret', 'http://{{tools_host}}:8000/analytics/v1/'],
  ])('%s wants %s key', (path, key, to) => {
    expect(routeOf(routes, path)).toMatchObject({ key, to });
  });

  test('keep Realtime’s tenants, with their database passwords, to itself', () => {
    for (const path of [
      '/realtime/v1/api/tenants',
      '/realtime/v1/api/tenants/x',
      '/realtime/v1/api/openapi',
    ]) {
      expect(routeOf(routes, path)?.to).toMatchObject({ status: 403 });
    }
  });

  test('say so where analytics does not run', () => {
    const route = routeOf(projectRoutes({ tools: false }), '/analytics/v1/x');
    expect(route?.to).toMatchObject({ status: 503 });
    expect(routeOf(projectRoutes({ tools: false }), '/')).toBeUndefined();
  });

  test('nothing but a secret key opens what is for the owner', () => {
    const { services } = kongConfig([
      ...routes,
      ...TOOL_ROUTES.map((route) => ({ ...route, name: `tools-${route.name}` })),
    ]);
    const groups = (name: string) =>
      services.find((service) => service.name === name)?.plugins.find((plugin) => plugin.name === 'acl')
        ?.config?.['allow'];
    for (const name of ['meta', 'analytics', 'tools-ingest', 'tools-analytics', 'tools-studio']) {
      expect(groups(name)).toEqual(['admin']);
    }
    expect(groups('rest')).toEqual(['anon', 'admin']);
  });
});

describe('what a project has no more of', () => {
  const because = 'The quota is used up.';
  const task = fullTask(
    {
      tools: false,
      refusals: [
        { methods: ['PUT'], path: '^/storage/v1/s3/', because },
        { methods: null, path: '^/(?:auth)(?:/|$)', because },
      ],
    },
    STACK,
  );
  const text = task.containers[0]?.environment['GATEWAY_CONFIG'] ?? '';
  const services = z
    .object({ services: z.array(z.looseObject({ name: z.string() })) })
    .parse(JSON.parse(text))
    .services.filter(({ name }) => name.startsWith('refused'));

  test('is refused by routes with methods, which Kong takes before those without any', () => {
    const plugins = [
      { name: 'cors' },
      { name: 'request-termination', config: { status_code: 402, message: because } },
    ];
    expect(services).toMatchObject([
      { routes: [{ methods: ['PUT'], paths: ['/storage/v1/s3/'] }], plugins },
      { routes: [{ paths: ['/(?:auth)(?:/|$)'] }], plugins },
    ]);
    const [, everything] = services;
    expect(JSON.stringify(everything)).toContain('"methods":["GET","HEAD","POST","PUT","PATCH","DELETE"]');
    expect(projectRoutes({ tools: false }).every(({ methods }) => methods === undefined)).toBe(true);
  });
});

describe('the start of Kong', () => {
  const directory = mkdtempSync(join(tmpdir(), 'baseplane-kong-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'kong.json');
  const consumers = [
    { username: 'anon', keyauth_credentials: [{ key: 'sb_publishable_a-b_c' }], acls: [{ group: 'anon' }] },
    { username: 'service_role', keyauth_credentials: [], acls: [{ group: 'admin' }] },
  ];
  const secrets = {
    KEY_CONSUMERS: consumers.map((consumer) => JSON.stringify(consumer)).join(','),
    KEY_BEARERS: "((headers.apikey == 'sb_secret_d-e_f') and 'Bearer eyJ.a-b')",
    KEY_TOKENS: "((query_params.apikey == 'sb_secret_d-e_f') and 'eyJ.a-b')",
    // The owner chooses it, and may choose what a shell or JSON would not take as it is.
    DATABASE_PASSWORD: 'a&b$c`d\'e*f/g|h"i\\j @KEY_TOKENS',
  };
  const start = (env: Record<string, string>) =>
    execFileSync(
      'bash',
      ['-c', kongStart(Object.keys(secrets)), 'kong', process.execPath, '-p', 'JSON.stringify(process.env)'],
      {
        env: { PATH: '/usr/bin:/bin', KONG_DECLARATIVE_CONFIG: file, ...env },
        stdio: 'pipe',
      },
    ).toString();

  test('puts the secrets where they are marked, and hands Kong none in its environment', () => {
    expect(Object.keys(secrets)).toEqual(Object.keys(kongSecrets(TOOL_ROUTES)));
    const routes = [
      ...TOOL_ROUTES,
      ...projectRoutes({ tools: false }).filter(({ translate }) => translate !== undefined),
    ];
    const config = JSON.stringify(kongConfig(routes));
    const environment = start({ ...secrets, GATEWAY_CONFIG: config });
    for (const value of [...Object.values(secrets), 'GATEWAY_CONFIG'])
      expect(environment).not.toContain(value);

    const written = readFileSync(file, 'utf8');
    expect(written.match(/@\w+@/g)).toBeNull();
    expect(JSON.parse(written).consumers).toEqual([
      ...consumers,
      {
        username: 'owner',
        basicauth_credentials: [{ username: 'postgres', password: secrets.DATABASE_PASSWORD }],
        acls: [{ group: 'admin' }],
      },
    ]);
    expect(written).toContain(` or ${secrets.KEY_BEARERS} or headers.apikey)`);
    expect(written).toContain(`$(${secrets.KEY_TOKENS} or query_params.apikey)`);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('does not know the database password where nobody logs in with it', () => {
    const routes = projectRoutes({ tools: true });
    expect(kongSecrets(routes)).not.toHaveProperty('DATABASE_PASSWORD');
    expect(JSON.stringify(kongConfig(routes))).not.toContain('DATABASE_PASSWORD');
  });

  test('does not start without one of them', () => {
    const { KEY_TOKENS, ...rest } = secrets;
    expect(KEY_TOKENS).toBeDefined();
    expect(() => start({ ...rest, GATEWAY_CONFIG: '{}' })).toThrow(/unbound variable/);
  });
});
