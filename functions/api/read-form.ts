import { FORM_TYPE, type FormBody } from '../contract/operation.ts';
import { type DomainError, fail } from '../core/kernel/errors.ts';
import { type Result, ok } from '../core/kernel/result.ts';
import { type Sent, readBytes } from './read-bytes.ts';

const NOT_A_FORM = fail('unsupported_media_type', `The body must be ${FORM_TYPE}.`, { field: 'body' });
const BROKEN = fail('validation_failed', `The body is no valid ${FORM_TYPE}.`, { field: 'body' });

/** The body's fields by name: those of files as lists of files, the others as the JSON that they hold. */
export async function readForm(
  sent: Sent,
  { files }: FormBody,
  maxBytes?: number,
): Promise<Result<unknown, DomainError>> {
  const type = sent.header('content-type') ?? '';
  if (mediaTypeOf(type) !== FORM_TYPE) return NOT_A_FORM;
  const bytes = await readBytes(sent, maxBytes);
  if (!bytes.ok) return bytes;
  const form = await parse(bytes.value, type);
  if (form === undefined) return BROKEN;
  const fields: [string, unknown][] = [];
  for (const name of new Set(form.keys())) {
    const values = form.getAll(name);
    if (name === files) fields.push([name, values]);
    else fields.push([name, values.length === 1 ? jsonOf(await textOf(values[0])) : values]);
  }
  return ok(Object.fromEntries(fields));
}

/** A media type without its parameters. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').split(';', 1).join('').trim().toLowerCase();
}

async function parse(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<FormData | undefined> {
  try {
    return await new Response(bytes, { headers: { 'content-type': type } }).formData();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Some clients give a field a content type, and what has one counts as a file. */
async function textOf(value: File | string | undefined): Promise<string> {
  return value instanceof File ? value.text() : (value ?? '');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
