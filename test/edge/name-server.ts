import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as dns from 'dns-packet';

/** Answers A queries on loopback from `records`, which the test changes as Cloud Map would. */
export async function startNameServer() {
  const records = new Map<string, readonly string[]>();
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const query = dns.decode(message);
    const name = query.questions?.[0]?.name ?? '';
    asked.push(name);
    const addresses = records.get(name);
    const answer = dns.encode({
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags: dns.RECURSION_DESIRED | dns.RECURSION_AVAILABLE | (addresses === undefined ? NAME_ERROR : 0),
      ...(query.questions === undefined ? {} : { questions: query.questions }),
      answers: (addresses ?? []).map((data) => ({ type: 'A', name, ttl: 300, data })),
    });
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    records,
    asked,
    address: `127.0.0.1:${socket.address().port}`,
    [Symbol.dispose]: () => socket.close(),
  };
}

/** RCODE 3 of RFC 1035: the name does not exist. */
const NAME_ERROR = 3;
