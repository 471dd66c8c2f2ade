import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import { type Socket, connect } from 'node:net';
import { undeclared } from '../api/declared.ts';

/** Not for the next hop, or made anew by it. */
const OF_THE_HOP = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive']);

/**
 * Stands between a client and the cloud. What the API answers is held against its own document; as the client's
 * HTTPS proxy it leads every project's name to the cloud's TLS port, so that neither a resolver nor port 443 is needed.
 */
export class WatchedApi implements AsyncDisposable {
  readonly url: string;
  /** `METHOD path status` of every answer. */
  readonly seen: string[] = [];
  readonly #faults: string[] = [];
  readonly #close: () => Promise<void>;

  private constructor(
    server: ReturnType<typeof createServer>,
    cloud: { readonly url: string; readonly tlsPort: number | undefined },
  ) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.url = `http://127.0.0.1:${address.port}`;
    const tunnels = new Set<Socket>();
    server.on('request', (incoming, outgoing) => void this.#forward(cloud.url, incoming, outgoing));
    server.on('connect', (_incoming, client: Socket, head: Buffer) => {
      const upstream = connect(cloud.tlsPort ?? 0, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.write(head);
        upstream.pipe(client).pipe(upstream);
      });
      for (const [one, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        tunnels.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => tunnels.delete(one));
      }
    });
    this.#close = async () => {
      for (const socket of tunnels) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    };
  }

  static async before(cloud: { readonly url: string; readonly tlsPort?: number }): Promise<WatchedApi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new WatchedApi(server, { url: cloud.url, tlsPort: cloud.tlsPort });
  }

  /** What was answered in another way than the document says since it was last asked. */
  faults(): readonly string[] {
    return this.#faults.splice(0);
  }

  async #forward(cloud: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = incoming;
    const headers = { ...incoming.headers };
    delete headers.connection;
    const onward = request(`${cloud}${url}`, { method, headers });
    onward.on('error', (error) => {
      this.#faults.push(`${method} ${url}: ${error.message}`);
      outgoing.destroy();
    });
    incoming.pipe(onward);
    const [answer] = await once(onward, 'response').catch(() => []);
    if (answer === undefined) return;
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part);
    const body = Buffer.concat(parts);
    const status = answer.statusCode ?? 0;
    this.seen.push(`${method} ${url} ${status}`);
    const type = String(answer.headers['content-type'] ?? '');
    const fault = undeclared(method, url, { status, text: body.toString(), type });
    if (fault !== undefined) this.#faults.push(fault);
    const kept = Object.entries(answer.headers).filter(([name]) => !OF_THE_HOP.has(name));
    outgoing.writeHead(status, { ...Object.fromEntries(kept), 'content-length': body.length }).end(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
