import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { IncomingMessage, createServer, request, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { readLocalConfig } from '../../functions/runtime/config.ts';
import { dashboardHeaders } from './dashboard-headers.ts';
import { openDashboard } from './dashboard.ts';

const SCRIPT = 'console.log("the dashboard");'.repeat(100);
const HTML = { accept: 'text/html,*/*;q=0.8' };

let folder: string;
let server: Server;
let origin: string;

function headersFor(env: Readonly<Record<string, string>>) {
  const config = readLocalConfig(env, '/');
  if (!config.ok) throw new Error(config.error.join());
  return dashboardHeaders(config.value);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bp-dist-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Dashboard</title>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), SCRIPT);
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  origin = `http://localhost:${port}`;
  const dashboard = openDashboard(folder, { origin, headers: headersFor({ BASEPLANE_PORT: `${port}` }) });
  server.on('request', (asked, response) => {
    if (dashboard?.serve(asked, response) !== true) response.writeHead(404).end('the API');
  });
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  fetch(`${origin}${path}`, { headers, redirect: 'manual' });

it('a page’s address is the dashboard’s, whichever it is, and asked for anew each time', async () => {
  for (const path of ['/', '/projects/abc/logs?level=error', '/invitations/0a1b']) {
    const answer = await get(path, HTML);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('<title>Dashboard');
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const again = await get(path, { ...HTML, 'if-none-match': answer.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  }
});

it('what the API is asked for, and what no browser opens, is not the dashboard’s', async () => {
  for (const path of ['/v1/nothing', '/platform/nothing', '/docs', '/v2'])
    expect(await (await get(path, HTML)).text()).toBe('the API');
  expect((await get('/projects/abc', { accept: 'application/json' })).status).toBe(404);
  expect((await get('/assets/../../secret', { accept: '*/*' })).status).toBe(404);
  expect((await fetch(`${origin}/`, { method: 'POST' })).status).toBe(404);
});

it('a file with its digest in its name is kept for ever, and comes compressed', async () => {
  // Fetch would decompress it.
  const answer = request(`${origin}/assets/index-abc123.js`, {
    headers: { 'accept-encoding': 'gzip, br' },
  }).end();
  const [response] = z.tuple([z.instanceof(IncomingMessage)]).parse(await once(answer, 'response'));
  const body = await buffer(response);
  expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
  expect(response.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  expect(await (await get('/assets/index-abc123.js')).text()).toBe(SCRIPT);
});

it('pages are shown under the one name that people are signed in under', async () => {
  const other = await fetch(`${origin.replace('localhost', '127.0.0.1')}/projects/abc?x=1`, {
    headers: HTML,
    redirect: 'manual',
  });
  expect(other.status).toBe(302);
  expect(other.headers.get('location')).toBe(`${origin}/projects/abc?x=1`);
});

it('the policy lets pages speak to projects and to who signs in, and run nothing but their own files', () => {
  const policy = headersFor({
    BASEPLANE_PORT: '8000',
    BASEPLANE_TLS_PORT: '8443',
    BASEPLANE_PROJECT_DOMAIN: 'cloud.test',
    BASEPLANE_OIDC_ISSUER: 'https://login.example/realms/main',
    BASEPLANE_OIDC_CLIENT_ID: 'dashboard',
  })['content-security-policy'];
  expect(policy).not.toMatch(/unsafe|\*(?!\.cloud\.test)/);
  expect(policy).toContain('script-src http://localhost:8000/assets/ http://localhost:8000/theme.js;');
  expect(policy).toContain(
    "connect-src 'self' http://*.cloud.test:8000 https://*.cloud.test:8443 ws://*.cloud.test:8000 wss://*.cloud.test:8443 https://login.example;",
  );
  expect(policy).toContain("frame-ancestors 'none'");
});
