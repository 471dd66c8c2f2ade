import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Certificates, openCertificateAuthority } from '../../infra/local/certificate-authority.ts';
import { bodyOf, REF, startWorld } from './fixture.ts';

const HOST = `${REF}.localhost`;
let home = '';
let certificates: Certificates;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tls-'));
  certificates = openCertificateAuthority({ home, domain: 'localhost', clock: { now: () => new Date() } });
});

afterEach(() => rmSync(home, { recursive: true }));

async function startSecure(): Promise<number> {
  const { gateway } = await startWorld();
  return (await gateway.listen({ port: 0, host: '127.0.0.1', certificates })).port;
}

async function get(port: number, servername: string, host: string, path = '/'): Promise<string> {
  const ca = readFileSync(certificates.caCertPath);
  const options = { host: '127.0.0.1', port, servername, path, ca, headers: { host }, agent: false as const };
  const outgoing = request(options).end();
  const [incoming] = await once(outgoing, 'response');
  return (await bodyOf(incoming)).toString();
}

test('HTTPS goes where HTTP goes, and the project is told', async () => {
  const port = await startSecure();
  expect(JSON.parse(await get(port, HOST, HOST, '/rest/v1?x=1'))).toMatchObject({
    url: '/rest/v1?x=1',
    headers: { 'x-forwarded-proto': 'https', 'x-forwarded-port': '443', 'x-forwarded-for': '127.0.0.1' },
  });
  expect(await get(port, 'localhost', `localhost:${port}`, '/v1')).toBe('control /v1');
});

test('by address, as by name', async () => {
  const port = await startSecure();
  const ca = readFileSync(certificates.caCertPath);
  const outgoing = request({ host: '127.0.0.1', port, ca, path: `/p/${REF}/x`, agent: false }).end();
  const [incoming] = await once(outgoing, 'response');
  expect((await bodyOf(incoming)).toString()).toContain('"url":"/x"');
});

test('without the authority it is not trusted', async () => {
  const port = await startSecure();
  const outgoing = request({ host: '127.0.0.1', port, servername: HOST, agent: false }).end();
  const [error] = await once(outgoing, 'error');
  expect(error).toMatchObject({ code: expect.stringMatching(/VERIFY|SIGNED|ISSUER/) });
});

test('WebSockets too', async () => {
  const { gateway, project } = await startWorld();
  const { port } = await gateway.listen({ port: 0, host: '127.0.0.1', certificates });
  project.on('upgrade', (upgrade, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    const key = upgrade.headers['x-forwarded-proto'] === 'https' ? 'yes' : 'no';
    socket.end(`X-Secure: ${key}\r\n\r\n`);
  });
  const ca = readFileSync(certificates.caCertPath);
  const client = new WebSocket(`wss://127.0.0.1:${port}/realtime/v1`, {
    ca,
    headers: { host: HOST },
  });
  client.on('error', () => client.terminate());
  const [answer] = await once(client, 'upgrade');
  expect(answer.headers['x-secure']).toBe('yes');
});

test('Node’s own client trusts it through NODE_EXTRA_CA_CERTS', async () => {
  const port = await startSecure();
  const script = `
    import { request } from 'node:https';
    const lookup = (_name, { all }, found) => all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4);
    request({ host: process.argv[1], port: process.argv[2], path: '/x', lookup }, (answer) => answer.pipe(process.stdout)).end();`;
  const run = promisify(execFile);
  const args = ['--input-type=module', '--eval', script, HOST, `${port}`];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificates.caCertPath };
  const { stdout } = await run(process.execPath, args, { env });
  expect(JSON.parse(stdout)).toMatchObject({ url: '/x', headers: { host: `${HOST}:${port}` } });
});
