export type Body = { ok: true; bytes: Uint8Array<ArrayBuffer> | null } | { ok: false };

/** Reads a whole body unless it is larger than the limit; the declared length is only believed when it is too large. */
export async function readBody(request: Request, limit: number): Promise<Body> {
  if (request.body === null) return { ok: true, bytes: null };
  if (Number(request.headers.get('content-length') ?? 0) > limit) return { ok: false };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) return { ok: false };
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { ok: true, bytes };
}
