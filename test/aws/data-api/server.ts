import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Client, DatabaseError } from 'pg';
import { z } from 'zod';
import { type Clusters, type Connection, NotConnectable } from './clusters.ts';
import { Unsupported } from './fields.ts';
import { TooLarge, execute, executeSchema, messageOf } from './statements.ts';

const beginSchema = z.object({ resourceArn: z.string(), secretArn: z.string(), database: z.string() });
const endSchema = z.object({ transactionId: z.string() });

export interface DataApiServer extends AsyncDisposable {
  readonly url: string;
}

/** The RDS Data API in front of real Postgres clusters: what the emulators have of it answers only from a script. */
export async function startDataApi(clusters: Clusters): Promise<DataApiServer> {
  const transactions = new Map<string, Connection>();

  async function withClient<T>(
    to: { readonly resourceArn: string; readonly secretArn: string; readonly database: string },
    transactionId: string | undefined,
    work: (client: Client) => Promise<T>,
  ): Promise<T> {
    const open = transactions.get(transactionId ?? '');
    if (open !== undefined) return work(open.client);
    if (transactionId !== undefined) throw noTransaction();
    const { client, giveBack } = await clusters.connect(to.resourceArn, to.secretArn, to.database);
    try {
      return await work(client);
    } finally {
      giveBack();
    }
  }

  async function end(body: unknown, how: 'commit' | 'rollback'): Promise<object> {
    const { transactionId } = endSchema.parse(body);
    const open = transactions.get(transactionId);
    if (open === undefined) throw noTransaction();
    transactions.delete(transactionId);
    await open.client.query(how);
    open.giveBack();
    return { transactionStatus: how === 'commit' ? 'Transaction Committed' : 'Rollback Complete' };
  }

  const operations: Readonly<Record<string, (body: unknown) => Promise<object>>> = {
    '/Execute': (body) => {
      const request = executeSchema.parse(body);
      return withClient(request, request.transactionId, (client) => execute(client, request));
    },
    '/BeginTransaction': async (body) => {
      const { resourceArn, secretArn, database } = beginSchema.parse(body);
      const connection = await clusters.connect(resourceArn, secretArn, database);
      await connection.client.query('begin');
      const transactionId = randomUUID();
      transactions.set(transactionId, connection);
      return { transactionId };
    },
    '/CommitTransaction': (body) => end(body, 'commit'),
    '/RollbackTransaction': (body) => end(body, 'rollback'),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = operations[request.url ?? ''];
    const body: unknown = JSON.parse(await text(request));
    try {
      if (operation === undefined) throw new Error(`no operation ${request.url}`);
      const json = JSON.stringify(await operation(body));
      response.setHeader('content-type', 'application/json').end(json);
    } catch (error) {
      const [name, message] = failureOf(error);
      response.statusCode = name === 'InternalServerErrorException' ? 500 : 400;
      response.setHeader('x-amzn-errortype', name).end(JSON.stringify({ message }));
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const { client } of transactions.values()) await client.end();
      server.closeAllConnections();
      server.close();
      await clusters.close();
    },
  };
}

const noTransaction = () => new NotConnectable('TransactionNotFoundException', 'No such transaction.');

function failureOf(error: unknown): readonly [name: string, message: string] {
  if (error instanceof DatabaseError) return ['DatabaseErrorException', messageOf(error)];
  if (error instanceof NotConnectable) return [error.name, error.message];
  if (error instanceof TooLarge) return ['BadRequestException', error.message];
  if (error instanceof Unsupported) return ['UnsupportedResultException', error.message];
  return ['InternalServerErrorException', String(error)];
}
