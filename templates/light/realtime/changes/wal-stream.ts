import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { Config } from '../../settings/config.ts';
import { readMessage, type WalMessage } from './pgoutput.ts';

/** Supabase's name, and an end of its own: the slots of a cluster share one space of names. */
const SLOT = 'supabase_realtime_replication_slot';

/** What is published of tables, and what is broadcast from the database. */
const PUBLICATIONS = ['supabase_realtime', 'supabase_realtime_messages_publication'];

/** The forms that to_jsonb has its values in. */
const FORMS =
  '-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=1';

/** Well below wal_sender_timeout, 60 s; the answer also lets the server forget what was read. */
const STATUS_EVERY_MS = 10_000;

const WAL_DATA = 0x77;
const KEEPALIVE = 0x6b;

/** Where the log data begins in its frame. */
const DATA_AT = 25;

export interface WalStream {
  /** Settles when the connection is lost, or was given up by the signal, and the slot is gone. */
  readonly ended: Promise<void>;
  /** While paused nothing is read from the network, and the server waits. */
  pause(): void;
  resume(): void;
}

/**
 * Reads the changes of all published tables from now on. The slot is temporary: it ends with the connection, so it
 * never holds back log for a project that sleeps. Resolves once every later commit will be read;
 * the signal gives it up at any time.
 */
export async function openWalStream(
  { postgres }: Config,
  receive: (message: WalMessage) => void,
  signal: AbortSignal,
): Promise<WalStream> {
  const { host, port, database, password, roleSuffix } = postgres;
  const settings = {
    host,
    port,
    database,
    password,
    user: `supabase_realtime_admin${roleSuffix}`,
    application_name: 'light realtime',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    options: FORMS,
    replication: 'database',
  };
  const client = new Client(settings);
  const { connection } = client;
  const lost = Promise.withResolvers<void>();
  client.on('error', () => lost.resolve());
  client.once('end', lost.resolve);

  let read = 0n;
  const report = () => {
    if (connection.stream.writable) connection.stream.write(statusFrame(read));
  };
  let timer: NodeJS.Timeout | undefined;
  connection.on('copyData', ({ chunk }: { chunk: Buffer }) => {
    if (chunk[0] === WAL_DATA) {
      try {
        receive(readMessage(chunk.subarray(DATA_AT)));
      } catch (error) {
        // What cannot be read is not to be read again: a new stream begins behind it.
        connection.stream.destroy(error instanceof Error ? error : undefined);
      }
      read = greater(read, chunk.readBigUInt64BE(1));
    } else if (chunk[0] === KEEPALIVE) {
      read = greater(read, chunk.readBigUInt64BE(1));
      if (chunk[DATA_AT - 8] === 1) report();
    }
  });

  const close = async () => {
    clearInterval(timer);
    signal.removeEventListener('abort', giveUp);
    connection.stream.resume();
    await client.end();
    lost.resolve();
  };
  const giveUp = () => void close();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await client.connect();
    const slot = `${SLOT}_${randomBytes(4).toString('hex')}`;
    await client.query(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
    const listed = PUBLICATIONS.map((name) => `'${name}'`).join();
    const found = await client.query<{ pubname: string }>(
      `select pubname from pg_publication where pubname in (${listed})`,
    );
    const names = found.rows.map(({ pubname }) => pubname).join();
    const started = new Promise<void>((resolve) => connection.once('replicationStart', () => resolve()));
    const streaming = client.query(
      `START_REPLICATION SLOT ${slot} LOGICAL 0/0 (proto_version '1', publication_names '${names}')`,
    );
    // It is answered when the stream ends, one way or the other.
    streaming.then(
      () => lost.resolve(),
      () => lost.resolve(),
    );
    await Promise.race([started, streaming]);
  } catch (error) {
    await close();
    throw error;
  }
  timer = setInterval(report, STATUS_EVERY_MS);
  timer.unref();
  return {
    ended: lost.promise.then(close),
    pause: () => void connection.stream.pause(),
    resume: () => void connection.stream.resume(),
  };
}

function greater(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

/** Standby status update: all up to there is written, flushed and applied. */
function statusFrame(read: bigint): Buffer {
  const frame = Buffer.alloc(39);
  frame.write('d', 0);
  frame.writeUInt32BE(38, 1);
  frame.write('r', 5);
  for (const at of [6, 14, 22]) frame.writeBigUInt64BE(read + 1n, at);
  return frame;
}
