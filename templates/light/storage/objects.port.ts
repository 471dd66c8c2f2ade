/** Where the bytes of one version of an object are. A version is a UUID of its own and is never written twice. */
export interface FileAddress {
  readonly bucket: string;
  readonly name: string;
  readonly version: string;
}

export interface FileHeaders {
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface StoredFile {
  readonly size: number;
  /** In quotes, as it goes into a header. */
  readonly etag: string;
  readonly lastModified: Date;
}

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export type Bytes = AsyncIterable<Uint8Array>;

export interface UnfinishedUpload {
  readonly address: FileAddress;
  /** How many bytes have arrived for good. */
  readonly size: number;
  /** What `begin` was given. */
  readonly note: string;
}

/**
 * Uploads that come in pieces, with interruptions and restarts of the process in between, each known by the version
 * it will be. Nobody else appends to an upload at the same time.
 */
export interface UnfinishedUploads {
  begin(address: FileAddress, headers: FileHeaders, note: string): Promise<void>;
  find(version: string): Promise<UnfinishedUpload | undefined>;
  /**
   * Adds to the end and answers with the size of all. If the body fails on the way, what came before stays, and the
   * body's error is thrown.
   */
  append(version: string, body: Bytes): Promise<number>;
  /** Turns the upload into the file at its address. */
  finish(version: string): Promise<StoredFile>;
  drop(version: string): Promise<void>;
  /** Versions of the uploads that were begun before then. */
  begunBefore(time: Date): Promise<readonly string[]>;
}

/** A file as the sweep meets it, whose name does not matter. */
export interface ListedFile {
  readonly version: string;
  remove(): Promise<void>;
}

/** The bytes of objects. Whatever an address contains, no driver reads or writes outside of its own place. */
export interface ObjectFiles {
  /** Either the whole file is there afterwards and survives a crash, or nothing is and the body's error is thrown. */
  put(address: FileAddress, body: Bytes, headers: FileHeaders): Promise<StoredFile>;
  /** Undefined if there is no such file. Whoever gets a stream reads it to its end or cancels it. */
  get(address: FileAddress, range?: ByteRange): Promise<ReadableStream<Uint8Array> | undefined>;
  head(address: FileAddress): Promise<StoredFile | undefined>;
  /** False if there is nothing to copy. */
  copy(from: FileAddress, to: FileAddress, headers: FileHeaders): Promise<boolean>;
  /** What is not there is no error. */
  remove(addresses: readonly FileAddress[]): Promise<void>;
  list(): AsyncIterable<ListedFile>;
  /** Takes away what writes that were interrupted before then have left behind, which is no file yet. */
  discardPartial(before: Date): Promise<void>;
  readonly uploads: UnfinishedUploads;
}
