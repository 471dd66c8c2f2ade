import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** Of what is compressed already nothing is gained. */
const COMPRESSED = new Set(['.png', '.woff2', '.ico']);

/** Vite puts what has a digest of its content in its name into this folder. */
const IMMUTABLE = '/assets/';

type Encoding = 'br' | 'gzip' | 'identity';

const ENCODERS: Readonly<Record<Encoding, (content: Buffer) => Promise<Buffer>>> = {
  br: (content) => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gzip: (content) => promisify(gzip)(content, { level: 9 }),
  identity: async (content) => content,
};

interface File {
  readonly content: Buffer;
  readonly type: string;
  readonly etag: string;
  readonly encoded: Map<Encoding, Promise<Buffer>>;
}

export interface Dashboard {
  /** False: it is not the dashboard's to answer. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Whether `npm run build:web` has run. */
export const isBuilt = (folder: string) => existsSync(join(folder, 'index.html'));

/** What is the API's is answered by it, also where there is nothing. */
const OF_THE_API = /^\/(v1|v2|platform|docs|openapi\.json)(\/|$)/;

/** The built dashboard; undefined: it is not built. Every address that a browser opens is one of its pages. */
export function openDashboard(
  folder: string,
  { origin, headers }: { readonly origin: string; readonly headers: Readonly<Record<string, string>> },
): Dashboard | undefined {
  const { host } = new URL(origin);
  if (!isBuilt(folder)) return undefined;
  const files = new Map(filesIn(folder));
  const page = files.get('/index.html');
  if (page === undefined) return undefined;
  return {
    serve(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const [path = '/'] = (request.url ?? '/').split('?', 1);
      const file = path === '/' ? page : files.get(path);
      if (file !== undefined) return send(file, path.startsWith(IMMUTABLE), headers, request, response);
      const opened = path === '/' || (request.headers.accept ?? '').includes('text/html');
      if (!opened || OF_THE_API.test(path)) return false;
      if (request.headers.host === host) return send(page, false, headers, request, response);
      // People are signed in under one name of this machine.
      response.writeHead(302, { location: `${origin}${request.url}`, 'content-length': 0 }).end();
      return true;
    },
  };
}

function* filesIn(folder: string): Generator<[path: string, file: File]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const place = join(entry.parentPath, entry.name);
    const content = readFileSync(place);
    const digest = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    const type = TYPES[extname(entry.name)] ?? 'application/octet-stream';
    const path = `/${relative(folder, place).split(sep).join('/')}`;
    yield [path, { content, type, etag: digest, encoded: new Map() }];
  }
}

function send(
  file: File,
  immutable: boolean,
  headers: Readonly<Record<string, string>>,
  request: IncomingMessage,
  response: ServerResponse,
): true {
  const encoding = encodingFor(file, request);
  const etag = `"${file.etag}-${encoding}"`;
  const kept = immutable ? 'public, max-age=31536000, immutable' : 'no-cache';
  response.setHeader('etag', etag).setHeader('cache-control', kept).setHeader('vary', 'accept-encoding');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return true;
  }
  const encoded = file.encoded.get(encoding) ?? ENCODERS[encoding](file.content);
  file.encoded.set(encoding, encoded);
  void encoded.then((content) => {
    if (encoding !== 'identity') response.setHeader('content-encoding', encoding);
    response.writeHead(200, { 'content-type': file.type, 'content-length': content.length });
    response.end(request.method === 'HEAD' ? undefined : content);
  });
  return true;
}

function encodingFor({ type, content }: File, { headers }: IncomingMessage): Encoding {
  const compressible = content.length > 1024 && !NOT_AGAIN.has(type);
  const { 'accept-encoding': accepted = '' } = headers;
  if (!compressible) return 'identity';
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : 'identity';
}

const NOT_AGAIN = new Set([...COMPRESSED].map((extension) => TYPES[extension] ?? ''));
