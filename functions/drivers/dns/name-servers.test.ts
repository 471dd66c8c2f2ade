import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decode, encode } from 'dns-packet';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dnsNameServers } from './name-servers.ts';

const socket = createSocket('udp4');
let server: string;

beforeAll(async () => {
  socket.on('message', (message, { port }) => {
    const { id = 0, questions = [] } = decode(message);
    const known = questions[0]?.name === '_challenge.example.org';
    const answers = known
      ? [{ type: 'TXT' as const, name: '_challenge.example.org', data: ['first half, ', 'second half'] }]
      : [];
    // 3: NXDOMAIN
    socket.send(encode({ type: 'response', id, questions, answers, flags: known ? 0 : 3 }), port);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  server = `127.0.0.1:${socket.address().port}`;
});
afterAll(() => socket.close());

it('puts the parts of a record together', async () => {
  expect(await dnsNameServers([server]).txt('_challenge.example.org')).toEqual(['first half, second half']);
});

it('answers nothing for a name that does not exist', async () => {
  expect(await dnsNameServers([server]).txt('nothing.example.org')).toEqual([]);
});

it('says that it may be asked again where no server answers', async () => {
  const unreachable = dnsNameServers(['127.0.0.1:1']);
  await expect(unreachable.txt('example.org')).rejects.toMatchObject({ name: 'TransientError' });
});
