/**
 * Errors that a change of the database since the schema was read would explain: PostgREST's of what is missing in
 * the schema cache, and Postgres's of an undefined table, column, function or type.
 */
const MISSING = new Set([
  'PGRST200',
  'PGRST202',
  'PGRST203',
  'PGRST204',
  'PGRST205',
  '42P01',
  '42703',
  '42704',
  '42883',
]);

export async function blamesSchema(response: Response): Promise<boolean> {
  if (response.ok || !(response.headers.get('content-type') ?? '').includes('json')) return false;
  // What a HEAD request failed with it does not say.
  if (response.body === null) return response.status === 400 || response.status === 404;
  const body: unknown = await response.clone().json();
  if (typeof body !== 'object' || body === null || !('code' in body)) return false;
  return typeof body.code === 'string' && MISSING.has(body.code);
}
