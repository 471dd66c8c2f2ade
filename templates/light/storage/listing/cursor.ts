import { z } from 'zod';
import { fail, type Outcome, succeed } from '../failures.ts';
import { parseJson } from '../parse.ts';

/** Where a page ended, and in which order it was: a cursor goes on in the order it came from. */
const Cursor = z.object({
  name: z.string(),
  stamp: z.string().max(40).nullable(),
  column: z.enum(['name', 'created_at', 'updated_at']),
  order: z.enum(['asc', 'desc']),
});
export type Cursor = z.infer<typeof Cursor>;

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

export function decodeCursor(text: string): Outcome<Cursor> {
  const cursor = Cursor.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  const consistent =
    cursor.data !== undefined && (cursor.data.stamp === null) === (cursor.data.column === 'name');
  return consistent ? succeed(cursor.data) : fail('InvalidParameter', 'Invalid Parameter continuation token');
}
