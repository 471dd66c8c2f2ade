import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { postgresAvailable } from '../database/cluster.ts';
import { type FunctionsProject, startFunctions } from './functions-project.ts';

const PATIENCE = { timeout: 10_000 };

const ECHO = `
  Deno.serve(async (request) => Response.json({
    url: request.url,
    method: request.method,
    type: request.headers.get('content-type'),
    authorization: request.headers.get('authorization'),
    custom: request.headers.get('x-custom'),
    body: await request.text(),
  }));
`;

describe.runIf(postgresAvailable)('functions', () => {
  let project: FunctionsProject;

  beforeAll(async () => {
    project = await startFunctions(
      { FUNCTIONS_API_URL: 'http://api.test', FUNCTIONS_REGION: 'eu-central-1' },
      { GREETING: 'good day', SUPABASE_URL: 'http://evil.test' },
    );
    await project.deploy('echo', ECHO);
  });

  afterAll(() => project[Symbol.asyncDispose]());

  const invoke = (name: string, options: object) =>
    project.client('ANON_KEY').functions.invoke(name, options);

  describe('called by supabase-js', () => {
    test('get what the client sends, under the project’s URL and below their own name', async () => {
      const { data, error } = await invoke('echo/users/7?page=2', {
        body: { name: 'Ada' },
        headers: { 'x-custom': 'yes' },
      });
      expect(error).toBeNull();
      expect(data).toEqual({
        url: 'http://project.test/echo/users/7?page=2',
        method: 'POST',
        type: 'application/json',
        authorization: `Bearer ${project.setting('ANON_KEY')}`,
        custom: 'yes',
        body: '{"name":"Ada"}',
      });
    });

    test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('by %s', async (method) => {
      expect(await invoke('echo', { method })).toMatchObject({ error: null, data: { method } });
    });

    test('answer text, JSON, bytes and nothing', async () => {
      await project.deploy(
        'answer',
        `Deno.serve((request) => ({
           text: () => new Response('plain', { headers: { 'content-type': 'text/plain' } }),
           bytes: () => new Response(new Uint8Array([0, 255, 13, 10]), { headers: { 'content-type': 'application/octet-stream' } }),
           nothing: () => new Response(null, { status: 204 }),
           cookies: () => new Response('', { headers: [['set-cookie', 'a=1'], ['set-cookie', 'b=2']] }),
         })[new URL(request.url).pathname.split('/')[2]]());`,
      );
      expect(await invoke('answer/text', {})).toMatchObject({ error: null, data: 'plain' });
      const bytes = await invoke('answer/bytes', {});
      expect(new Uint8Array(await bytes.data.arrayBuffer())).toEqual(new Uint8Array([0, 255, 13, 10]));
      expect((await project.call('answer/nothing')).status).toBe(204);
      expect((await project.call('answer/cookies')).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    });

    test('take text, forms and bytes', async () => {
      expect(await invoke('echo', { body: 'words' })).toMatchObject({
        data: { body: 'words', type: 'text/plain' },
      });
      const form = new FormData();
      form.set('field', 'value');
      expect((await invoke('echo', { body: form })).data.type).toMatch(/^multipart\/form-data; boundary=/);
      await project.deploy(
        'sum',
        `Deno.serve(async (request) => Response.json((await request.bytes()).reduce((sum, byte) => sum + byte, 0)));`,
      );
      const megabytes = new Uint8Array(3_000_000).fill(2);
      expect(await invoke('sum', { body: megabytes.buffer })).toMatchObject({ data: 6_000_000 });
    });

    test('are told apart by their errors', async () => {
      await project.deploy(
        'failing',
        `Deno.serve((request) => {
           if (request.method === 'PUT') return Response.json({ mine: true }, { status: 418 });
           throw new Error('the reason');
         });`,
      );
      const own = await invoke('failing', { method: 'PUT' });
      expect(own.error).toMatchObject({ name: 'FunctionsHttpError', context: { status: 418 } });
      const thrown = await invoke('failing', {});
      const { status, headers } = thrown.error.context;
      expect([status, headers.get('sb-error-code')]).toEqual([500, 'EDGE_FUNCTION_ERROR']);
      const id = headers.get('x-deno-execution-id');
      await expect
        .poll(() => project.logOf('failing'), PATIENCE)
        .toContainEqual(
          expect.objectContaining({ level: 'error', message: 'Error: the reason', execution_id: id }),
        );
      const unknown = await invoke('unknown', {});
      expect(await unknown.error.context.json()).toEqual({
        code: 'NOT_FOUND',
        message: 'Requested function was not found',
      });
      expect(unknown.error.context.status).toBe(404);
    });
  });

  describe('stream', () => {
    test('an answer while it is made', async () => {
      await project.deploy(
        'slow',
        `const next = Promise.withResolvers();
         Deno.serve((request) => {
           if (request.method === 'POST') return new Response(String(next.resolve('second')));
           const parts = async function* () { yield 'first'; yield await next.promise; };
           return new Response(ReadableStream.from(parts()).pipeThrough(new TextEncoderStream()));
         });`,
      );
      const { body } = await project.call('slow');
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      expect(await reader?.read()).toEqual({ done: false, value: 'first' });
      await project.call('slow', { method: 'POST' });
      expect(await reader?.read()).toEqual({ done: false, value: 'second' });
      expect(await reader?.read()).toMatchObject({ done: true });
    });

    test('a request while it is sent', async () => {
      await project.deploy('mirror', `Deno.serve((request) => new Response(request.body));`);
      const { readable, writable } = new TransformStream<string, string>();
      const writer = writable.getWriter();
      void writer.write('ping');
      const { body } = await project.call('mirror', {
        method: 'POST',
        body: readable.pipeThrough(new TextEncoderStream()),
        duplex: 'half',
      });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      expect(await reader?.read()).toMatchObject({ value: 'ping' });
      void writer.write('pong');
      expect(await reader?.read()).toMatchObject({ value: 'pong' });
      await writer.close();
      expect(await reader?.read()).toMatchObject({ done: true });
    });

    test('and learn that a client has gone', async () => {
      await project.deploy(
        'patient',
        `let gone = 0, waiting = 0;
         Deno.serve((request) => {
           if (request.method === 'POST') return Response.json({ gone, waiting });
           waiting += 1;
           request.signal.addEventListener('abort', () => { gone += 1; });
           return new Promise(() => {});
         });`,
      );
      const state = async () => (await project.call('patient', { method: 'POST' })).json();
      const leaving = new AbortController();
      const left = project.call('patient', { signal: leaving.signal }).catch((error: unknown) => error);
      await expect.poll(state, PATIENCE).toEqual({ gone: 0, waiting: 1 });
      leaving.abort();
      expect(await left).toMatchObject({ name: 'AbortError' });
      await expect.poll(state, PATIENCE).toEqual({ gone: 1, waiting: 1 });
    });

    test('both ways over a WebSocket', async () => {
      await project.deploy(
        'socket',
        `Deno.serve((request) => {
           const { socket, response } = Deno.upgradeWebSocket(request);
           socket.onmessage = ({ data }) => socket.send(new URL(request.url).pathname + ' ' + data);
           return response;
         });`,
      );
      const socket = new WebSocket(`${project.url.replace('http', 'ws')}/functions/v1/socket/room`);
      await new Promise((resolve) => socket.once('open', resolve));
      const answer = new Promise((resolve) =>
        socket.once('message', (data: Buffer) => resolve(data.toString())),
      );
      socket.send('hello');
      expect(await answer).toBe('/socket/room hello');
      socket.terminate();
      const refused = new WebSocket(`${project.url.replace('http', 'ws')}/functions/v1/echo`);
      expect(await new Promise((resolve) => refused.once('error', resolve))).toMatchObject({
        message: 'Unexpected server response: 200',
      });
    });
  });

  describe('serve', () => {
    test('by a default export', async () => {
      await project.deploy(
        'exported',
        `export default { greet: 'hi', fetch() { return new Response(this.greet); } };`,
      );
      expect(await (await project.call('exported')).text()).toBe('hi');
    });

    test('by options, with an error handler of their own', async () => {
      await project.deploy(
        'options',
        `Deno.serve({
           port: 9000,
           onListen: ({ port }) => console.log('listening on', port),
           onError: (error) => new Response(error.message, { status: 503 }),
           handler: (request, info) => { throw new Error('for ' + info.remoteAddr.transport); },
         });`,
      );
      const response = await project.call('options');
      expect([response.status, await response.text()]).toEqual([503, 'for tcp']);
      expect(project.logOf('options')).toContainEqual(
        expect.objectContaining({ message: 'listening on 9000' }),
      );
    });

    test('as the standard library did it before Deno 2', async () => {
      await project.deploy(
        'old',
        `const listener = Deno.listen({ port: 8000, hostname: '0.0.0.0', transport: 'tcp' });
         for (;;) void converse(Deno.serveHttp(await listener.accept()));
         async function converse(connection) {
           for (let event; (event = await connection.nextRequest()) !== null;)
             await event.respondWith(new Response('old ' + new URL(event.request.url).pathname));
         }`,
      );
      const answers = await Promise.all(
        ['a', 'b'].map(async (path) => (await project.call(`old/${path}`)).text()),
      );
      expect(answers).toEqual(['old /old/a', 'old /old/b']);
    });

    test('as Node does it, with its frameworks', async () => {
      await project.deploy(
        'node',
        `import { createServer } from 'node:http';
         const server = createServer((request, response) => response.end(request.headers.host + request.url));
         server.listen(3000, () => console.log('up'));`,
      );
      expect(await (await project.call('node/x?y=1')).text()).toBe('project.test/node/x?y=1');
      expect(project.logOf('node')).toContainEqual(expect.objectContaining({ message: 'up', level: 'info' }));
    });

    test('from several files, through an import map', async () => {
      const files = {
        'index.ts': `import { shout } from 'lib/shout.ts'; Deno.serve(() => new Response(shout('mapped')));`,
        'lib/shout.ts': `export const shout = (text: string): string => text.toUpperCase();`,
        'deno.json': JSON.stringify({ imports: { 'lib/': './lib/' } }),
        'maps/import_map.json': JSON.stringify({ imports: { 'lib/': '../lib/' } }),
        'package.json': JSON.stringify({ type: 'commonjs' }),
      };
      for (const [at, import_map_path] of ['deno.json', 'maps/import_map.json'].entries()) {
        await project.deploy(`mapped-${at}`, { files, import_map_path });
        expect(await (await project.call(`mapped-${at}`)).text()).toBe('MAPPED');
      }
    });

    test('with their secrets and what Supabase sets', async () => {
      await project.deploy('variables', `Deno.serve(() => Response.json(Deno.env.toObject()));`);
      const response = await project.call('variables');
      expect(await response.json()).toMatchObject({
        GREETING: 'good day',
        SUPABASE_URL: 'http://api.test',
        SUPABASE_ANON_KEY: project.setting('ANON_KEY'),
        SUPABASE_SERVICE_ROLE_KEY: project.setting('SERVICE_ROLE_KEY'),
        SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: project.setting('PUBLISHABLE_KEYS') }),
        SUPABASE_SECRET_KEYS: JSON.stringify({ default: project.setting('SECRET_KEYS') }),
        SB_REGION: 'eu-central-1',
        SB_EXECUTION_ID: response.headers.get('x-deno-execution-id'),
        DENO_DEPLOYMENT_ID: `${project.setting('PROJECT_REF')}_variables_1`,
      });
    });

    test('with the rights that their caller has in the project', async () => {
      await project.database.sql(
        'create table public.seen (id int primary key); insert into public.seen values (1)',
      );
      await project.deploy(
        'asking',
        `Deno.serve(async (request) => fetch(await request.text() + '/rest/v1/seen', {
           headers: { apikey: Deno.env.get('SUPABASE_ANON_KEY'), authorization: request.headers.get('authorization') },
         }));`,
      );
      expect(await invoke('asking', { body: project.url })).toMatchObject({ data: [{ id: 1 }] });
    });
  });
});
