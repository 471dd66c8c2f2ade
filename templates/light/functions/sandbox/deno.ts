/** The parts of Deno that the sandbox replaces or needs; a function's own code has all of Deno. */
export interface Deno {
  readonly args: readonly string[];
  readonly env: { set(name: string, value: string): void };
  readonly stdin: { readonly readable: ReadableStream<Uint8Array> };
  readonly stdout: { writeSync(bytes: Uint8Array): number };
  serve: Serve;
  upgradeWebSocket: (request: Request, options?: object) => object;
  listen: (options: ListenOptions) => object;
  serveHttp?: (connection: object) => object;
  inspect(value: unknown): string;
  exit(code: number): never;
}

export type Serve = {
  (handler: Handler): object;
  (options: ServeOptions, handler?: Handler): object;
};

export type Handler = (request: Request, info: ServeInfo) => Response | Promise<Response>;

interface ServeInfo {
  readonly remoteAddr: object;
}

export interface ServeOptions {
  readonly handler?: Handler;
  readonly path?: string;
  readonly port?: number;
  readonly signal?: AbortSignal;
  readonly onError?: (error: unknown) => Response | Promise<Response>;
  readonly onListen?: (address: Address) => void;
}

interface ListenOptions {
  readonly transport?: 'tcp' | 'unix';
  readonly port?: number;
}

export interface Address {
  readonly transport: 'tcp';
  readonly hostname: string;
  readonly port: number;
}

/** Where a function believes to listen; nothing listens there. */
export function pretendedAddress(port = 8000): Address {
  return { transport: 'tcp', hostname: '0.0.0.0', port };
}
