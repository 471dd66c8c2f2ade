import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { afterEach, expect, test } from 'vitest';
import { offerWriter, sendDirectly, type WriteBody } from './direct-body.ts';

const servers: AsyncDisposable[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function serve(answer: () => Response): Promise<string> {
  const listener = getRequestListener(async (_request, { outgoing }) => sendDirectly(answer(), outgoing), {
    overrideGlobalObjects: false,
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing)).listen(
    0,
    '127.0.0.1',
  );
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

function bodyThatWrites(write: WriteBody): ReadableStream<Uint8Array> {
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(Buffer.from('read'));
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  offerWriter(body, write);
  return body;
}

const write: WriteBody = async (outgoing: ServerResponse) => void outgoing.write('written');

test('a body that offers to write itself does, with the status and headers of its response', async () => {
  const headers = { 'content-length': '7', etag: '"x"' };
  // As the gateway does on the way.
  const wrapped = (response: Response) => new Response(response.body, { status: 206, headers });
  const response = await fetch(await serve(() => wrapped(new Response(bodyThatWrites(write)))));
  expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([
    206,
    '"x"',
    'written',
  ]);
});

test('one that was changed on the way is read', async () => {
  const upper = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) =>
        controller.enqueue(Buffer.from(Buffer.from(chunk).toString().toUpperCase())),
    });
  const response = await fetch(await serve(() => new Response(bodyThatWrites(write).pipeThrough(upper()))));
  expect(await response.text()).toBe('READ');
});

test('one that fails half way breaks the connection, so that nobody takes the half for the whole', async () => {
  const failing: WriteBody = async (outgoing) => {
    outgoing.write('half');
    throw new Error('the disk is gone');
  };
  const response = await fetch(await serve(() => new Response(bodyThatWrites(failing))));
  await expect(response.text()).rejects.toThrow('terminated');
});

test('any other is sent as ever', async () => {
  expect(await (await fetch(await serve(() => new Response('plain')))).text()).toBe('plain');
  expect((await fetch(await serve(() => new Response(null, { status: 204 })))).status).toBe(204);
});
