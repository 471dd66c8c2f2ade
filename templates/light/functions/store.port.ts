/** Where deployed functions lie: `<slug>/function.json`, the bundle that it names, and `.secrets` beside the slugs. */
export interface FunctionStore {
  /** Another one whenever the content is another; undefined where there is nothing. */
  stamp(path: string): Promise<string | undefined>;
  /** Undefined where there is nothing any more. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** A folder with the files of a bundle, which never change. */
  source(slug: string, bundle: string): Promise<string>;
  /** Why nothing can be read; undefined when all is well. */
  problem(): Promise<string | undefined>;
}
