import { createServer } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

/** The barest fan-out: every message goes to everybody else. */
const clients = new Set<WebSocket>();
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
sockets.on('connection', (client) => {
  clients.add(client);
  client.on('close', () => clients.delete(client));
  client.on('message', (data, binary) => {
    for (const other of clients) if (other !== client) other.send(data, { binary });
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' && address !== null ? address.port : 0);
});
// No process outlives the measurement, however that ends.
process.on('disconnect', () => process.exit());
