const FINAL = 0x80;
const TEXT = 0x1;
const BINARY = 0x2;
const PING = 0x9;

/**
 * A WebSocket message as a server sends it, in one piece (RFC 6455, 5.2): written as it is to every connection that
 * is to have it. `fill` writes the payload from an offset on.
 */
function frame(opcode: number, length: number, fill: (into: Buffer, at: number) => void): Buffer {
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const whole = Buffer.allocUnsafe(head + length);
  whole[0] = FINAL | opcode;
  if (head === 2) whole[1] = length;
  else if (head === 4) {
    whole[1] = 126;
    whole.writeUInt16BE(length, 2);
  } else {
    whole[1] = 127;
    whole.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    whole.writeUInt32BE(length % 2 ** 32, 6);
  }
  fill(whole, head);
  return whole;
}

export function textFrame(text: string): Buffer {
  return frame(TEXT, Buffer.byteLength(text), (into, at) => void into.write(text, at));
}

export function binaryFrame(length: number, fill: (into: Buffer, at: number) => void): Buffer {
  return frame(BINARY, length, fill);
}

export const PING_FRAME = frame(PING, 0, () => undefined);
