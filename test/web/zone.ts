import { type Socket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';

const NO_SUCH_NAME = 3;

/** A name server that knows the TXT records that a test puts into it, and nothing else. */
export class Zone {
  readonly records = new Map<string, string>();
  readonly #socket: Socket = createSocket('udp4');

  /** Where it answers, as `address:port`. */
  async open(): Promise<string> {
    this.#socket.on('message', (message, { port }) => {
      const { id = 0, questions = [] } = decode(message);
      const name = questions[0]?.name ?? '';
      const record = this.records.get(name);
      const answers = record === undefined ? [] : [{ type: 'TXT' as const, name, data: [record] }];
      const flags = record === undefined ? NO_SUCH_NAME : 0;
      this.#socket.send(encode({ type: 'response', id, questions, answers, flags }), port);
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }
}
