import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Started with a folder: the least a Node process does to send a file and to take one. Says where it listens. */
const [folder = ''] = process.argv.slice(2);
let uploads = 0;

const answer: RequestListener = (incoming, outgoing) => {
  const done = incoming.method === 'GET' ? send() : take();
  done.catch(() => outgoing.destroy());

  async function send(): Promise<void> {
    const path = join(folder, 'file');
    outgoing.writeHead(200, { 'content-length': (await stat(path)).size });
    await pipeline(createReadStream(path), outgoing);
  }

  async function take(): Promise<void> {
    await pipeline(incoming, createWriteStream(join(folder, `upload-${(uploads += 1) % 100}`)));
    outgoing.end('{}');
  }
};

const server = createServer(answer).listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
// No process outlives the measurement, however that ends.
process.on('disconnect', () => process.exit());
