import { connect, createServer, type Server, type Socket } from 'node:net';
import { bindPort } from './bind-port.ts';
import type { Peers } from './cancel.ts';
import { type CancelKey, cancelPacket } from './packets.ts';
import { readOpening } from './reading.ts';

/** A gateway that is gone has nothing left to cancel. */
const PATIENCE_MS = 5_000;

/** Gateways of one network of 65,536 addresses: the last two parts of its address are a gateway's number. */
export interface PeerNetwork {
  /** This gateway's own IPv4 address. */
  readonly address: string;
  /** Where gateways hear from one another; no client can reach it. */
  readonly port: number;
}

export function peersIn({ address, port }: PeerNetwork): Peers {
  const [first, second, third, fourth] = address.split('.').map(Number);
  return {
    own: ((third ?? 0) << 8) | (fourth ?? 0),
    forward: (key, to) =>
      new Promise<void>((resolve) => {
        const socket = connect({ host: `${first}.${second}.${to >>> 8}.${to & 0xff}`, port });
        socket.setTimeout(PATIENCE_MS, () => socket.destroy());
        socket.on('error', () => socket.destroy()).once('close', () => resolve());
        socket.resume().end(cancelPacket(key));
      }),
  };
}

/** Takes keys from other gateways. It hands none of them on, so that none goes in circles. */
export async function listenToPeers(
  { address: host, port }: PeerNetwork,
  cancelHere: (key: CancelKey) => Promise<void>,
): Promise<Server> {
  const attend = async (socket: Socket): Promise<void> => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    const found = await readOpening(socket);
    if (found.kind === 'cancel') await cancelHere(found.key);
    socket.destroy();
  };
  const server = createServer((socket) => void attend(socket));
  await bindPort(server, { host, port });
  return server;
}
