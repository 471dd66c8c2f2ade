import { randomBytes, randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  addressOf,
  broken,
  HEADERS,
  type MakeFiles,
  MEGABYTE,
  pieces,
  read,
  versionsOf,
} from './storage-files-fixture.ts';

/** What every driver has to hold of uploads in pieces. */
export function uploadsContract(makeFiles: MakeFiles): void {
  test.each([
    ['nothing', []],
    ['one byte', [1]],
    ['many little pieces', [1, 2, 3, 65_536, 5]],
    ['pieces as clients of Supabase send them', [6 * MEGABYTE, 6 * MEGABYTE, 17]],
    ['one large piece', [13 * MEGABYTE]],
    ['just a part of S3', [5 * MEGABYTE]],
    ['a piece of nothing in between', [10, 0, 10]],
  ])('an upload of %s becomes the file', async (_, sizes) => {
    const files = await makeFiles();
    const address = addressOf('in/pieces');
    const contents = sizes.map((size) => randomBytes(size));
    const whole = Buffer.concat(contents);
    await files.uploads.begin(address, HEADERS, 'note');
    let size = 0;
    for (const content of contents) {
      size += content.byteLength;
      expect(await files.uploads.append(address.version, pieces(content))).toBe(size);
      expect(await files.uploads.find(address.version)).toEqual({ address, size, note: 'note' });
    }
    expect(await files.get(address)).toBeUndefined();
    const stored = await files.uploads.finish(address.version);
    expect(stored).toMatchObject({ size, etag: expect.stringMatching(/^"[0-9a-f-]+"$/) });
    expect((await read(files, address))?.equals(whole)).toBe(true);
    expect(await files.uploads.find(address.version)).toBeUndefined();
    expect(await versionsOf(files)).toEqual([address.version]);
  });

  test.each([100, 5 * MEGABYTE + 100, 11 * MEGABYTE])(
    'what came before a piece broke after %i bytes stays',
    async (size) => {
      const files = await makeFiles();
      const [address, content, error] = [addressOf(), randomBytes(size), new Error('broken')];
      await files.uploads.begin(address, HEADERS, 'note');
      await expect(files.uploads.append(address.version, broken(content, error))).rejects.toBe(error);
      const { size: arrived = 0 } = (await files.uploads.find(address.version)) ?? {};
      expect(arrived).toBe(size);
      await files.uploads.append(address.version, pieces(Buffer.from('end')));
      await files.uploads.finish(address.version);
      expect((await read(files, address))?.equals(Buffer.concat([content, Buffer.from('end')]))).toBe(true);
    },
  );

  test('an upload is dropped with its bytes', async () => {
    const files = await makeFiles();
    const address = addressOf();
    await files.uploads.begin(address, HEADERS, 'note');
    await files.uploads.append(address.version, pieces(randomBytes(6 * MEGABYTE)));
    await files.uploads.drop(address.version);
    expect(await files.uploads.find(address.version)).toBeUndefined();
    await files.uploads.drop(address.version);
    expect(await versionsOf(files)).toEqual([]);
    expect(await files.uploads.begunBefore(new Date(Date.now() + 3_600_000))).toEqual([]);
  });

  test('uploads are found by age', async () => {
    const files = await makeFiles();
    const addresses = [addressOf('a'), addressOf('b')];
    for (const address of addresses) await files.uploads.begin(address, HEADERS, '{"any":"text\\n"}\nat all');
    expect(await files.uploads.begunBefore(new Date(Date.now() - 3_600_000))).toEqual([]);
    const all = await files.uploads.begunBefore(new Date(Date.now() + 3_600_000));
    expect(all.toSorted()).toEqual(addresses.map(({ version }) => version).toSorted());
    expect((await files.uploads.find(all[0] ?? ''))?.note).toBe('{"any":"text\\n"}\nat all');
  });

  test('an upload that nobody began is none', async () => {
    const files = await makeFiles();
    for (const version of [randomUUID(), '..', '../../etc/passwd', '', 'a'.repeat(5000)])
      expect(await files.uploads.find(version)).toBeUndefined();
    await files.uploads.drop(randomUUID());
    await files.uploads.drop('../../etc/passwd');
  });
}
