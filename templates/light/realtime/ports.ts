/**
 * What the channels need of the database. Implemented over logical replication and SQL in `changes/` and `rights/`;
 * the server of channels knows nothing of Postgres.
 */

/** A token's claims, `role` among them: whose row-level security decides. */
export type Claims = Readonly<Record<string, unknown>> & { readonly role: string };

/** One entry of `config.postgres_changes` in a join, as supabase-js sends it. */
export interface ChangesWanted {
  /** By which the client was told to know it; two that want the same may have the same. */
  readonly id: number;
  readonly event: '*' | 'INSERT' | 'UPDATE' | 'DELETE';
  readonly schema: string;
  readonly table?: string;
  /** `column=operator.value` */
  readonly filter?: string;
  /** The columns to be told, beside the primary key; all, where absent. */
  readonly select?: readonly string[];
}

export interface ChangeSubscription {
  /** The client's token was renewed. */
  changeClaims(claims: Claims): void;
  close(): void;
}

export type Subscribed =
  | { readonly ok: true; readonly subscription: ChangeSubscription }
  /** In the words that the client shows. */
  | { readonly ok: false; readonly reason: string };

/**
 * `ids`: of the entries that the change answers, each once. `json`: the change as the client is shown it, encoded once
 * for all who see the same of it.
 */
export type Deliver = (ids: readonly number[], json: string) => void;

export interface ChangeFeed {
  subscribe(wanted: readonly ChangesWanted[], claims: Claims, deliver: Deliver): Promise<Subscribed>;
  /** Those who wait for changes, and of how many tables, each with its filter. */
  following(): { readonly clients: number; readonly subscriptions: number };
  /** Told when changes may have been missed, because the stream was cut and begun anew. */
  onGap(listen: () => void): void;
  close(): Promise<void>;
}

/** A row of `realtime.messages`: what `realtime.send()` and triggers broadcast. */
export interface DatabaseMessage {
  readonly id: string;
  readonly topic: string;
  readonly event: string;
  readonly private: boolean;
  /** JSON text. */
  readonly payload: string;
}

export interface Listening {
  /** Whether all that is committed from now on will be received; false where the database does not answer in time. */
  readonly ready: Promise<boolean>;
  end(): void;
}

export interface DatabaseMessages {
  /** Nothing is read from the database but for those who listen. */
  listen(receive: (message: DatabaseMessage) => void): Listening;
  /** What a private channel was sent since then (milliseconds since 1970): the last `limit` of it, oldest first. */
  replay(topic: string, since: number, limit: number): Promise<readonly DatabaseMessage[]>;
}

export interface ChannelRights {
  readonly broadcast: { readonly read: boolean; readonly write: boolean };
  readonly presence: { readonly read: boolean; readonly write: boolean };
}

/** What the policies on `realtime.messages` let a caller do in a private channel. */
export interface ChannelPolicies {
  rightsIn(topic: string, claims: Claims): Promise<ChannelRights>;
}
