import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import { expect } from 'vitest';
import { z } from 'zod';
import { Cloud, freePort } from '../local/cloud.ts';
import { type CliOptions, type CliResult, runCli } from './cli.ts';
import { WatchedApi } from './watched-api.ts';

const localSchema = z.object({ ca_cert: z.string() });

/** A cloud of its own, and the official CLI in a folder of its own, with every answer that it gets held to the document. */
export class WatchedCloud {
  readonly cloud: Cloud;
  readonly cwd: string;
  readonly postgresPort: number;
  readonly #caCert: string;
  readonly #api: WatchedApi;

  private constructor(cloud: Cloud, api: WatchedApi, postgresPort: number) {
    this.cloud = cloud;
    this.postgresPort = postgresPort;
    this.#api = api;
    this.cwd = mkdtempSync(join(tmpdir(), 'watched-cwd-'));
    const local: unknown = JSON.parse(readFileSync(join(cloud.home, 'local.json'), 'utf8'));
    this.#caCert = localSchema.parse(local).ca_cert;
  }

  static async start(port?: number): Promise<WatchedCloud> {
    const postgresPort = port ?? (await freePort());
    const tlsPort = await freePort();
    const cloud = await Cloud.start({
      BASEPLANE_POOL: '1',
      BASEPLANE_TLS_PORT: String(tlsPort),
      BASEPLANE_PG_PORT: String(postgresPort),
    });
    const api = await WatchedApi.before({ url: cloud.url, tlsPort });
    return new WatchedCloud(cloud, api, postgresPort);
  }

  /** Runs the CLI, which has to end with 0, each answer that it got from the API having been as declared. */
  async run(args: readonly string[], more: Pick<CliOptions, 'env' | 'stdin'> = {}): Promise<CliResult> {
    const { env, ...rest } = more;
    const ended = await runCli(args, {
      ...rest,
      home: this.cloud.home,
      apiUrl: this.#api.url,
      token: this.cloud.local.access_token,
      cwd: this.cwd,
      env: { HTTPS_PROXY: this.#api.url, NODE_EXTRA_CA_CERTS: this.#caCert, ...env },
    });
    expect(this.#api.faults(), args.join(' ')).toEqual([]);
    expect(ended.code, `${args.join(' ')}\n${ended.stdout}\n${ended.stderr}`).toBe(0);
    return ended;
  }

  async cli(...args: readonly string[]): Promise<string> {
    return (await this.run(args)).stdout;
  }

  /** What the CLI asked of the API since this was last asked: `METHOD path status`. */
  seen(): readonly string[] {
    return this.#api.seen.splice(0);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.cwd, path)), { recursive: true });
    writeFileSync(join(this.cwd, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.cwd, path), 'utf8');
  }

  address(ref: string, password: string): string {
    return `postgresql://postgres.${ref}:${password}@127.0.0.1:${this.postgresPort}/postgres`;
  }

  /** Connects through the Postgres gateway and leaves; what was against it, if anything. */
  async connects(ref: string, password: string, more: ClientConfig = {}): Promise<string | undefined> {
    const client = new Client({ connectionString: this.address(ref, password), ...more });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async destroy(): Promise<void> {
    await this.#api[Symbol.asyncDispose]();
    await this.cloud.destroy();
    rmSync(this.cwd, { recursive: true, force: true });
  }
}
