import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

type Received = { from: string; to: string[]; text: string };

/** A server that takes mails as RFC 5321 says and keeps them; it offers no TLS. */
export async function startMailServer() {
  const received: Received[] = [];
  const commands: string[] = [];
  async function serve(socket: Socket): Promise<void> {
    const say = (line: string) => socket.writable && socket.write(`${line}\r\n`);
    // A client that gives up may be gone before it is answered.
    socket.on('error', () => socket.destroy());
    let mail: Received = { from: '', to: [], text: '' };
    let inside = false;
    say('220 mail.test');
    for await (const line of createInterface({ input: socket })) {
      if (inside) {
        inside = line !== '.';
        if (inside) mail.text += `${line}\n`;
        else received.push(mail);
        if (!inside) say('250 taken');
        continue;
      }
      commands.push(line);
      const [verb = ''] = line.toUpperCase().split(/[ :]/);
      if (verb === 'MAIL') mail = { from: line, to: [], text: '' };
      if (verb === 'RCPT') mail.to.push(line);
      inside = verb === 'DATA';
      if (verb === 'QUIT') {
        socket.end('221 bye\r\n');
        return;
      }
      say(inside ? '354 go on' : '250 mail.test');
    }
  }
  const server = createServer((socket) => void serve(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return { received, commands, port, close: () => void server.close() };
}
