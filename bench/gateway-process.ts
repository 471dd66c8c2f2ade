import { Agent, createServer, request, type RequestListener, type Server } from 'node:http';
import { createGateway } from '../infra/local/gateway.ts';

/** Started with a role and the paths of sockets; says where it listens, then tells its CPU time whenever asked. */
const [role = '', own = '', project = ''] = process.argv.slice(2);

const BODY = JSON.stringify(Array.from({ length: 10 }, (_, id) => ({ id, name: `row ${id}`, done: false })));

const answerRows: RequestListener = (_incoming, outgoing) => {
  outgoing.setHeader('content-type', 'application/json');
  outgoing.end(BODY);
};

const agent = new Agent({ keepAlive: true });

/** The least that Node needs to pass a request on. */
const passOn: RequestListener = (incoming, outgoing) => {
  const { method, url: path, rawHeaders: headers } = incoming;
  const upstream = request({ agent, socketPath: project, method, path, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(outgoing);
  });
  incoming.pipe(upstream);
};

async function listen(server: Server, where: string | number): Promise<number> {
  await new Promise<void>((resolve) => server.listen(where, resolve));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

const ROLES: { readonly [role: string]: () => Promise<number> } = {
  project: () => listen(createServer(answerRows), own),
  bare: () => listen(createServer(passOn), 0),
  gateway: async () => {
    const gateway = createGateway({
      names: { domain: 'localhost', projectAt: () => undefined },
      control: answerRows,
      resolve: async () => ({ kind: 'running', socketPath: project }),
      log: { info() {}, within: (_, work) => work(), error() {} },
      onResponse() {},
    });
    return (await gateway.listen({ port: 0, host: '127.0.0.1' })).port;
  },
};

const port = await ROLES[role]?.();
process.send?.({ port });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system });
});
// No process outlives the measurement, however that ends.
process.on('disconnect', () => process.exit());
