/** The address of this worker's own moto, with nothing in it: what the file before left there is not this one's. */
const all = process.env['MOTO_URLS']?.split(' ') ?? [];
// A worker has one file at a time, and a number from 1 on.
const own = all[Number(process.env['VITEST_POOL_ID']) - 1];
if (own !== undefined) {
  process.env['MOTO_URL'] = own;
  const { ok } = await fetch(`${own}/moto-api/reset`, { method: 'POST' });
  if (!ok) throw new Error(`moto at ${own} was not reset`);
}
