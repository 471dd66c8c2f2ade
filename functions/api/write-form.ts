import { z } from 'zod';
import { formAnswer } from '../contract/operation.ts';

const anyForm = formAnswer(z.json());

/** An answer as multipart/form-data, in a stream. */
export function writeForm(answer: unknown): {
  readonly headers: { readonly 'content-type': string };
  readonly body: ReadableStream;
} {
  const { metadata, file } = anyForm.parse(answer);
  const form = new FormData();
  form.append('metadata', JSON.stringify(metadata));
  for (const { name, content } of file) {
    form.append('file', new File([Buffer.from(content, 'base64')], name));
  }
  const { body, headers } = new Response(form);
  if (body === null) throw new Error('a form has no body');
  return { headers: { 'content-type': headers.get('content-type') ?? '' }, body };
}
