import type { SettingReader } from '../settings/reader.ts';

/** S3 copies no more than this in one request. */
const LARGEST_OBJECT = 5 * 1024 ** 3;

export type FilePlace =
  | { readonly kind: 'disk'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      readonly prefix: string;
      readonly region: string;
      /** Of an S3 that is not Amazon's. */
      readonly endpoint: string | undefined;
    };

export interface StorageSettings {
  readonly sizeLimit: number;
  readonly sweepAfterSeconds: number;
  /** Undefined where the service is off. */
  readonly place: FilePlace | undefined;
}

export function readStorageSettings(settings: SettingReader): StorageSettings {
  return {
    // Supabase's default: 50 MiB.
    sizeLimit: settings.integer('FILE_SIZE_LIMIT', 52_428_800, { min: 1, max: LARGEST_OBJECT }),
    sweepAfterSeconds: settings.integer('STORAGE_SWEEP_AFTER', 600, { min: 1, max: 86_400 }),
    place: readPlace(settings),
  };
}

function readPlace(settings: SettingReader): FilePlace | undefined {
  const path = settings.optionalText('STORAGE_PATH');
  const bucket = settings.optionalText('STORAGE_S3_BUCKET');
  if (path !== undefined && bucket !== undefined) {
    settings.refuse('STORAGE_PATH', 'and STORAGE_S3_BUCKET exclude each other: files are in one place.');
    return undefined;
  }
  if (path !== undefined) return { kind: 'disk', path };
  if (bucket === undefined) return undefined;
  const prefix = settings.text('STORAGE_S3_PREFIX', '');
  return {
    kind: 's3',
    bucket,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    region: settings.optionalText('STORAGE_S3_REGION') ?? settings.text('AWS_REGION', 'us-east-1'),
    endpoint: settings.optionalText('STORAGE_S3_ENDPOINT'),
  };
}
