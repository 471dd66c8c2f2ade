import type { Log } from '../server/log.ts';
import type { StorageDatabase } from './database/storage-database.ts';
import type { PictureMeter } from './images/picture-meter.ts';
import type { ObjectFiles } from './objects.port.ts';

/** What every part of the service works with. */
export interface Storage {
  readonly database: StorageDatabase;
  readonly files: ObjectFiles;
  readonly log: Log;
  /** Largest object in bytes, whatever its bucket allows. */
  readonly sizeLimit: number;
  /** Whether pictures are to be had in other sizes. */
  readonly transforms: boolean;
  readonly pictures: PictureMeter;
  /** Signed URLs are JWTs of the same secret as on Supabase, so that they outlive a move between templates. */
  readonly jwtSecret: string;
  readonly externalUrl: string;
}
