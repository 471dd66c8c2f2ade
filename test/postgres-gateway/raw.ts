import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** The wire as it is, for what no client would do or none lets one see. */
export class Raw {
  readonly socket: Socket;
  #buffered = Buffer.alloc(0);
  #ended = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => (this.#buffered = Buffer.concat([this.#buffered, chunk])));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => (this.#ended = true));
  }

  static async open(port: number, host = '127.0.0.1'): Promise<Raw> {
    const socket = connect(port, host);
    await once(socket, 'connect');
    return new Raw(socket);
  }

  /** So many bytes, or those that came before the end. */
  async read(bytes: number): Promise<Buffer> {
    await this.#until(() => this.#buffered.length >= bytes);
    const taken = this.#buffered.subarray(0, bytes);
    this.#buffered = this.#buffered.subarray(bytes);
    return taken;
  }

  /** The next message; undefined: the end. */
  async message(): Promise<Message | undefined> {
    const head = await this.read(5);
    if (head.length < 5) return undefined;
    return { type: head.toString('latin1', 0, 1), body: await this.read(head.readUInt32BE(1) - 4) };
  }

  /** All messages up to the first of the type, or to the end. */
  async messages(last: string): Promise<Message[]> {
    const found: Message[] = [];
    for (;;) {
      const next = await this.message();
      if (next === undefined) return found;
      found.push(next);
      if (next.type === last) return found;
    }
  }

  send(...parts: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  async #until(holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!holds() && !this.#ended) {
      if (Date.now() > deadline) throw new Error(`only ${this.#buffered.length} bytes came`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/** Without a type, as the packets that open a connection are. */
export const packet = (code: number, body: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([int32(body.length + 8), int32(code), body]);

export const message = (type: string, body: string | Buffer): Buffer => {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(type), int32(bytes.length + 4), bytes]);
};

export const PROTOCOL_3 = 196_608;
export const SSL_REQUEST = 80_877_103;
export const GSSENC_REQUEST = 80_877_104;
export const CANCEL_REQUEST = 80_877_102;

export function startup(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  return packet(PROTOCOL_3, Buffer.from(`${pairs.join('')}\0`));
}

export const query = (sql: string): Buffer => message('Q', `${sql}\0`);

export interface Refusal {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly hint: string | undefined;
}

/** The fields of an ErrorResponse. */
export function refusalIn(messages: readonly Message[]): Refusal | undefined {
  const fields = messages
    .find(({ type }) => type === 'E')
    ?.body.toString()
    .split('\0');
  const of = (name: string) => fields?.find((field) => field.startsWith(name))?.slice(1);
  return fields && { code: of('C'), message: of('M'), hint: of('H') };
}
