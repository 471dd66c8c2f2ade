import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PostgresConnection } from '@supabase/lite/postgres';
import type { Caller } from '../gateway/caller.ts';
import type { Config, ServiceName } from '../settings/config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Reply } from './reply.ts';

export interface ServiceContext {
  readonly config: Config;
  /** As `authenticator`, for what concerns no request: reading the catalogue, listening, health. */
  readonly database: PostgresConnection;
  readonly log: Log;
  /** What the operator and the meter see. */
  readonly metrics: Metrics;
  /** What the project's owner sees, as Supabase shows it. */
  readonly customerMetrics: Metrics;
}

/** A service that a project can have, or one that comes with another. */
export type PartName = ServiceName | 'graphql';

export interface RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
}

export type Health = { healthy: true } | { healthy: false; error: string };

/**
 * One part of the data plane. The gateway has checked the key and the bearer token before `fetch` is called, and
 * `authorization` then holds a JWT that this project signed (the anon or service_role key where the client sent none).
 */
export interface Service {
  readonly name: PartName;
  /** Path under which it answers, without a slash at the end. */
  readonly prefix: `/${string}`;
  /** The gateway reads the body up to this size first; a service without a limit streams it itself. */
  readonly maxBodyBytes?: number;
  /** Tokens that cannot be verified reach the service, which answers in its own words. */
  readonly judgesTokens?: true;
  /** Requests reach it, and its answers the client, with the headers they came with: preflights and CORS are its own. */
  readonly transparent?: true;
  fetch(request: Request, caller: Caller): Promise<Response>;
  /** Answers a request that has no body and is easy to answer, or leaves it to `fetch`. */
  reply?(head: RequestHead, caller: Caller): Promise<Reply | undefined>;
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void;
  health(): Promise<Health>;
  /** Called before the connections that it has upgraded are ended, for what is to be said to them. */
  farewell?(): void;
  close(): Promise<void>;
}

export type ServiceFactory = (context: ServiceContext) => Promise<Service>;
