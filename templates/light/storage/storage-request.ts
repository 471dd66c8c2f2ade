import type { Caller } from '../gateway/caller.ts';
import type { Scope } from './database/storage-database.ts';
import type { Outcome } from './failures.ts';
import type { Storage } from './storage.ts';

/** A request to one of the routes. */
export interface StorageRequest {
  readonly request: Request;
  readonly url: URL;
  readonly caller: Caller;
  /** Neither a key nor a token that holds came with it. */
  readonly anonymous: boolean;
  readonly scope: Scope;
  /** Decoded; empty where the route has none. */
  readonly bucket: string;
  /** The rest of the path, decoded. */
  readonly name: string;
}

export type Handler = (storage: Storage, request: StorageRequest) => Promise<Outcome<Response>>;
