import { type FilePlace, readFilePlace } from '../files/place.ts';
import type { SettingReader } from '../settings/reader.ts';

/** S3 copies no more than this in one request. */
const LARGEST_OBJECT = 5 * 1024 ** 3;

export interface StorageSettings {
  readonly sizeLimit: number;
  /** Whether pictures are to be had in other sizes. */
  readonly transforms: boolean;
  readonly sweepAfterSeconds: number;
  /** Undefined where the service is off. */
  readonly place: FilePlace | undefined;
}

export function readStorageSettings(settings: SettingReader): StorageSettings {
  return {
    // Supabase's default: 50 MiB.
    sizeLimit: settings.integer('FILE_SIZE_LIMIT', 52_428_800, { min: 1, max: LARGEST_OBJECT }),
    transforms: settings.flag('IMAGE_TRANSFORMATION_ENABLED', true),
    sweepAfterSeconds: settings.integer('STORAGE_SWEEP_AFTER', 600, { min: 1, max: 86_400 }),
    place: readFilePlace(settings, 'STORAGE'),
  };
}
