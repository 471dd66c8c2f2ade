import { z } from 'zod';
import { formAnswer } from '../contract/operation.ts';

const anyForm = formAnswer(z.json());

/** An answer as multipart/form-data, with its media type, which names the boundary. */
export async function writeForm(
  answer: unknown,
): Promise<{ readonly type: string; readonly body: Uint8Array<ArrayBuffer> }> {
  const { metadata, file } = anyForm.parse(answer);
  const form = new FormData();
  form.append('metadata', JSON.stringify(metadata));
  for (const { name, content } of file) {
    form.append('file', new File([Buffer.from(content, 'base64')], name));
  }
  const written = new Response(form);
  return { type: written.headers.get('content-type') ?? '', body: Buffer.from(await written.arrayBuffer()) };
}
