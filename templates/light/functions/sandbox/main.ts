/**
 * Runs inside Deno, ahead of a function's code and with its few permissions: makes the function listen on the socket
 * that its supervisor knows, whichever way it chooses to serve.
 */
import { Server } from 'node:http';
import { backgroundTasks } from './background.ts';
import {
  type Deno as Runtime,
  type Handler,
  pretendedAddress,
  type Serve,
  type ServeOptions,
} from './deno.ts';
import { offerOldServer } from './old-server.ts';
import { signal } from './signal.ts';

declare const Deno: Runtime;
declare function dispatchEvent(event: Event): boolean;

const [socket = '', entrypoint = '', origin = ''] = Deno.args;
const { serve, upgradeWebSocket } = Deno;

/** Requests as they came in, by the one that the function was given in their place. */
const received = new WeakMap<Request, Request>();

let serves = false;

/** The same request under the project's URL: over a Unix socket Deno makes up one of its own. */
function presented(request: Request): Request {
  const path = request.url.replace(/^[^/]*\/\/[^/]*/, '');
  const copy = new Request(origin + path, request);
  received.set(copy, request);
  return copy;
}

const serveOnSocket: Serve = (first: Handler | ServeOptions, second?: Handler) => {
  const options = typeof first === 'function' ? {} : first;
  const handler = typeof first === 'function' ? first : (second ?? first.handler);
  if (handler === undefined) throw new TypeError('Deno.serve was called without a handler.');
  serves = true;
  return serve(
    {
      path: socket,
      onError: options.onError ?? unhandled,
      onListen() {
        options.onListen?.(pretendedAddress(options.port));
        signal('ready');
      },
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
    (request, info) => handler(presented(request), { ...info, remoteAddr: pretendedAddress(0) }),
  );
};

function unhandled(error: unknown): Response {
  console.error(error);
  return Response.json({ code: 'EDGE_FUNCTION_ERROR', message: 'Internal Server Error' }, { status: 500 });
}

Deno.serve = serveOnSocket;
Deno.upgradeWebSocket = (request, options) => upgradeWebSocket(received.get(request) ?? request, options);
offerOldServer(Deno);

/** Servers of `node:http`, which Express and its like are. */
const listen: unknown = Reflect.get(Server.prototype, 'listen');
if (typeof listen === 'function')
  Reflect.set(
    Server.prototype,
    'listen',
    function listenOnSocket(this: Server, ...given: unknown[]): unknown {
      serves = true;
      const listening = given.findLast((argument) => typeof argument === 'function');
      const whenListening = () => {
        if (typeof listening === 'function') Reflect.apply(listening, this, []);
        signal('ready');
      };
      return Reflect.apply(listen, this, [{ path: socket }, whenListening]);
    },
  );

Object.defineProperty(globalThis, 'EdgeRuntime', { value: backgroundTasks() });

const supervisor = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();

/** The first line of stdin holds the variables of the function's environment. */
async function readEnvironment(): Promise<void> {
  let line = '';
  while (!line.endsWith('\n')) {
    const { done, value } = await supervisor.read();
    if (done) return Deno.exit(1);
    line += value;
  }
  const variables: Record<string, string> = JSON.parse(line);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
}

/** The supervisor ends stdin to stop the function, and the system does when the supervisor is gone. */
async function stopWithSupervisor(): Promise<never> {
  while (!(await supervisor.read()).done);
  dispatchEvent(new CustomEvent('beforeunload', { detail: { reason: 'termination' } }));
  return Deno.exit(0);
}

/** Says why without this file's own place in the stack, which tells nobody anything. */
function notLoaded(error: unknown): never {
  const lines = Deno.inspect(error).split('\n');
  console.error(lines.filter((line) => !line.includes(import.meta.url)).join('\n'));
  return Deno.exit(1);
}

await readEnvironment();
void stopWithSupervisor();
const loaded: { default?: { fetch?: Handler } } = await import(entrypoint).catch(notLoaded);
const exported = loaded.default;
const answer = exported?.fetch?.bind(exported);
if (!serves && answer !== undefined) Deno.serve(answer);
