import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { listen, type Listener } from './listener.ts';

let listener: Listener | undefined;

afterEach(() => listener?.close(0));

async function start(): Promise<{ port: number; upgrades: string[] }> {
  const upgrades: string[] = [];
  listener = await listen(
    { kind: 'tcp', host: '127.0.0.1', port: 0 },
    async ({ method }) => Response.json({ method }),
    async ({ url = '' }, socket) => {
      upgrades.push(url);
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    },
  );
  return { port: Number(listener.address.split(':').at(-1)), upgrades };
}

function get(port: number, upgrade: string): Promise<number | undefined> {
  const headers = { connection: 'upgrade', upgrade };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/socket', headers }, (response) =>
      resolve(response.resume().statusCode),
    )
      .on('error', reject)
      .end();
  });
}

test('only WebSockets are upgraded; whoever offers another protocol is answered in this one', async () => {
  const { port, upgrades } = await start();
  expect(await get(port, 'h2c')).toBe(200);
  expect(upgrades).toEqual([]);
  expect(await get(port, 'WebSocket')).toBe(404);
  expect(upgrades).toEqual(['/socket']);
});
