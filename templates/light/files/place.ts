import type { SettingReader } from '../settings/reader.ts';

/** Where a service keeps its files: below a folder, or below a prefix of a bucket. */
export type FilePlace =
  | { readonly kind: 'disk'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Empty, or with a slash at its end. */
      readonly prefix: string;
      readonly region: string;
      /** Of an S3 that is not Amazon's. */
      readonly endpoint: string | undefined;
    };

/** Of the settings `<name>_PATH` or `<name>_S3_BUCKET` and so on; undefined where there is neither. */
export function readFilePlace(settings: SettingReader, name: string): FilePlace | undefined {
  const path = settings.optionalText(`${name}_PATH`);
  const bucket = settings.optionalText(`${name}_S3_BUCKET`);
  if (path !== undefined && bucket !== undefined) {
    settings.refuse(`${name}_PATH`, `and ${name}_S3_BUCKET exclude each other: files are in one place.`);
    return undefined;
  }
  if (path !== undefined) return { kind: 'disk', path };
  if (bucket === undefined) return undefined;
  const prefix = settings.text(`${name}_S3_PREFIX`, '');
  return {
    kind: 's3',
    bucket,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    region: settings.optionalText(`${name}_S3_REGION`) ?? settings.text('AWS_REGION', 'us-east-1'),
    endpoint: settings.optionalText(`${name}_S3_ENDPOINT`),
  };
}
