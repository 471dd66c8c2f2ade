import { connect, createServer } from 'node:net';
import { isWork } from '../infra/postgres-gateway/work.ts';
import { createPostgresGateway } from '../infra/postgres-gateway/gateway.ts';
import { unixServer } from '../infra/postgres-gateway/server.ts';

/** Started with a role and the socket of a Postgres; says where it listens, then tells its CPU time when asked. */
const [role, socketPath = ''] = process.argv.slice(2);

/** The least that Node needs to pass bytes on. */
async function bare(): Promise<number> {
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect(socketPath);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

let worked = 0;

async function gateway(): Promise<number> {
  const made = createPostgresGateway({
    domain: 'localhost',
    certificates: undefined,
    resolve: async () => ({ kind: 'running', server: unixServer(socketPath) }),
    onSent: (_ref, chunk) => void (worked += isWork(chunk) ? 1 : 0),
    log: { info() {}, within: (_, work) => work(), error() {} },
  });
  return made.listen({ port: 0, host: '127.0.0.1' });
}

process.send?.({ port: await (role === 'bare' ? bare() : gateway()) });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
// No process outlives the measurement, however that ends.
process.on('disconnect', () => process.exit());
