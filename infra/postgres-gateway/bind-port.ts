import type { Server } from 'node:net';
import { PortError } from '../../functions/core/kernel/errors.ts';

const REFUSALS: { readonly [code: string]: string } = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be opened by this user',
  EADDRNOTAVAIL: 'is on an address that this machine does not have',
};

/** The port that was bound; 0 stands for any. PortError: taken or forbidden. */
export async function bindPort(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<number> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host }, () => resolve());
    });
  } catch (error) {
    const reason = REFUSALS[error instanceof Error && 'code' in error ? String(error.code) : ''];
    if (reason === undefined) throw error;
    const suggestion = 'Stop the other program, or set another port.';
    throw new PortError(`Port ${port} (${host}) ${reason}.`, { suggestion, cause: error });
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
