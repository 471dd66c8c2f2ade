import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { CERTIFICATE_RENEWAL_MS, type ServerCertificates } from './server-certificates.ts';

/** https://www.iana.org/assignments/tls-extensiontype-values, as Postgres 17's clients ask for it. */
const PROTOCOL = 'postgresql';

/** Turns connections into encrypted ones and hands those on. */
export interface Encryption {
  /** After a client that has asked was told yes. */
  negotiated(socket: Socket): void;
  /** For a client that began with the handshake: it has to say which protocol it means. */
  direct(socket: Socket): void;
  close(): void;
}

export function openEncryption(
  certificates: ServerCertificates,
  handshakeMs: number,
  serve: (socket: TLSSocket) => void,
): Encryption {
  const server = (accepts: (socket: TLSSocket) => boolean): Server =>
    createServer({
      ...certificates.general(),
      SNICallback: (name, use) => use(null, certificates.forName(name)),
      ALPNProtocols: [PROTOCOL],
      handshakeTimeout: handshakeMs,
      minVersion: 'TLSv1.2',
    })
      .on('secureConnection', (socket) => {
        socket.on('error', () => socket.destroy());
        if (accepts(socket)) serve(socket);
        else socket.destroy();
      })
      .on('tlsClientError', (_error, socket) => socket.destroy());
  const negotiated = server(() => true);
  const direct = server(({ alpnProtocol }) => alpnProtocol === PROTOCOL);
  const renewal = setInterval(() => {
    for (const each of [negotiated, direct]) each.setSecureContext(certificates.general());
  }, CERTIFICATE_RENEWAL_MS).unref();
  return {
    negotiated: (socket) => void negotiated.emit('connection', socket),
    direct: (socket) => void direct.emit('connection', socket),
    close: () => clearInterval(renewal),
  };
}
