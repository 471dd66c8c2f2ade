/** The address of this worker's own moto. A worker has one file at a time, and a number from 1 on. */
const all = process.env['MOTO_URLS']?.split(' ') ?? [];
const own = all[Number(process.env['VITEST_POOL_ID']) - 1];
if (own !== undefined) process.env['MOTO_URL'] = own;
