import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { fail, type Outcome, succeed } from '../failures.ts';
import { BrokenBody } from './body-error.ts';

/** storage-api's limit of custom metadata, the largest of the fields. */
const LARGEST_FIELD = 1024 * 1024;
const LIMITS = {
  files: 1,
  fields: 10,
  parts: 20,
  fieldSize: LARGEST_FIELD,
  headerPairs: 50,
  headerSize: 8192,
};

export interface MultipartFile {
  /** Those that come before the file. */
  readonly fields: ReadonlyMap<string, string>;
  readonly mimeType: string;
  readonly content: Readable;
}

/** Reads a form up to its first file, of whatever field name: storage-js sends an empty one. */
export async function readMultipart(request: Request, contentType: string): Promise<Outcome<MultipartFile>> {
  const parser = createParser(contentType);
  if (parser === undefined || request.body === null) return fail('InvalidRequest', 'No content provided');
  const fields = new Map<string, string>();
  let content: Readable | undefined;
  let oversized = false;

  const file = new Promise<MultipartFile>((resolve) => {
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      oversized ||= truncated;
      fields.set(name, value);
    });
    parser.on('file', (_name, stream, _fileName, _encoding, mimeType) => {
      content = stream;
      // The parser tells of an incomplete part by this event, also while nobody reads yet.
      stream.on('error', () => stream.destroy(new BrokenBody('The form ended within the file.')));
      resolve({ fields, mimeType, content: stream });
    });
  });
  const parsed = pipeline(Readable.fromWeb(request.body), parser).catch((cause: unknown) => {
    content?.destroy(new BrokenBody('The form is malformed or incomplete.', { cause }));
  });
  const found = await Promise.race([file, parsed]);
  if (oversized) return fail('EntityTooLarge', 'The user_metadata exceeded the maximum allowed size');
  return found === undefined ? fail('InvalidRequest', 'No content provided') : succeed(found);
}

function createParser(contentType: string): BusboyInstance | undefined {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch {
    // Thrown for a type without a boundary and the like.
    return undefined;
  }
}
