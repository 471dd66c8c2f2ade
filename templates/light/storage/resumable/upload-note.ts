import { z } from 'zod';
import { parseJson } from '../parse.ts';

/** What is kept of an upload while its bytes arrive. */
const UploadNote = z.object({
  length: z.number(),
  begun: z.string(),
  metadata: z.record(z.string(), z.string().nullable()),
  upsert: z.boolean(),
  owner: z.string().optional(),
});
export type UploadNote = z.infer<typeof UploadNote>;

export function readNote(text: string): UploadNote {
  return UploadNote.parse(parseJson(text));
}
