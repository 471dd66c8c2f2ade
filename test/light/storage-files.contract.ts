import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../../templates/light/storage/objects.port.ts';
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
import { uploadsContract } from './storage-uploads.contract.ts';

/** What every driver of the ObjectFiles port has to hold. */
export function filesContract(driver: string, makeFiles: MakeFiles): void {
  describe(`${driver} as ObjectFiles`, () => {
    test.each([0, 1, 65_537, 12 * MEGABYTE + 3])('keeps %i bytes', async (size) => {
      const files = await makeFiles();
      const [address, content] = [addressOf(), randomBytes(size)];
      const stored = await files.put(address, pieces(content), HEADERS);
      expect(stored).toEqual({
        size,
        etag: expect.stringMatching(/^"[0-9a-f-]+"$/),
        lastModified: expect.any(Date),
      });
      expect((await read(files, address))?.equals(content)).toBe(true);
      expect(await files.head(address)).toMatchObject({ size, etag: stored.etag });
    });

    test('the tag of a small file is the MD5 of its content', async () => {
      const files = await makeFiles();
      const { etag } = await files.put(addressOf(), pieces(Buffer.from('content')), HEADERS);
      expect(etag).toBe(`"${createHash('md5').update('content').digest('hex')}"`);
    });

    test('reads any part', async () => {
      const files = await makeFiles();
      const [address, content] = [addressOf(), randomBytes(700_000)];
      await files.put(address, pieces(content), HEADERS);
      for (const [first, last] of [
        [0, 0],
        [0, 262_143],
        [262_143, 262_144],
        [5, 699_999],
        [699_999, 699_999],
      ] as const)
        expect((await read(files, address, { first, last }))?.equals(content.subarray(first, last + 1))).toBe(
          true,
        );
    });

    test('whoever stops reading half way is served again', async () => {
      const files = await makeFiles();
      const address = addressOf();
      await files.put(address, pieces(randomBytes(MEGABYTE)), HEADERS);
      for (let round = 0; round < 100; round++) {
        const reader = (await files.get(address))?.getReader();
        await reader?.read();
        await reader?.cancel();
      }
      expect(await read(files, address)).toHaveLength(MEGABYTE);
    });

    test('knows nothing of what is not there', async () => {
      const files = await makeFiles();
      const missing = addressOf();
      expect(await files.get(missing)).toBeUndefined();
      expect(await files.head(missing)).toBeUndefined();
      expect(await files.copy(missing, addressOf(), HEADERS)).toBe(false);
      await files.remove([missing]);
      await files.remove([]);
      expect(await versionsOf(files)).toEqual([]);
      // A row that somebody else wrote can have any version.
      for (const version of ['', '1', '../../etc/passwd', 'null'])
        expect(await files.get({ ...missing, version })).toBeUndefined();
    });

    test.each([0, 100_000, 20 * MEGABYTE])(
      'a body that breaks after %i bytes leaves nothing',
      async (size) => {
        const files = await makeFiles();
        const [address, error] = [addressOf(), new Error('broken')];
        await expect(files.put(address, broken(randomBytes(size), error), HEADERS)).rejects.toBe(error);
        expect(await files.get(address)).toBeUndefined();
        expect(await versionsOf(files)).toEqual([]);
      },
    );

    test('copies, and neither copy needs the other', async () => {
      const files = await makeFiles();
      const [from, to, third] = [addressOf('from'), addressOf('to', 'other'), addressOf('third')];
      await files.put(from, pieces(Buffer.from('content')), HEADERS);
      expect(await files.copy(from, to, HEADERS)).toBe(true);
      expect(await files.copy(to, third, HEADERS)).toBe(true);
      await files.remove([from]);
      expect(await files.get(from)).toBeUndefined();
      expect((await read(files, to))?.toString()).toBe('content');
      await files.remove([to]);
      expect((await read(files, third))?.toString()).toBe('content');
    });

    test.each([
      ['the folder above', '..', '..'],
      ['many folders above', '../../../../../../etc/passwd', 'bucket'],
      ['the folder itself', '.', '.'],
      ['a folder above in the middle', 'a/../../b', 'bucket'],
      ['no name at all', '', 'bucket'],
      ['the root', '/etc/passwd', 'bucket'],
      ['empty segments', 'a//b///c', 'bucket'],
      ['a slash at the end', 'a/', 'bucket'],
      ['a device of Windows', 'CON', 'bucket'],
      ['a backslash', 'a\\..\\b', 'bucket'],
      ['spaces', ' a b ', ' bucket '],
      ['signs that mean something in a URL', "a?b&c=d#e+f%2e%2e;g:h@i'(j)*k!$,", 'bucket'],
      ['1,024 bytes', 'n'.repeat(1024), 'b'.repeat(100)],
      ['10,000 segments', 'a/'.repeat(10_000), 'bucket'],
      ['letters of all the world', 'größe/日本語/💣', 'bucket'],
      ['the uploads under way', 'x', '~uploads'],
    ])('a name like %s is one like any other', async (_, name, bucket) => {
      const files = await makeFiles();
      const [first, second] = [addressOf(name, bucket), addressOf(name, bucket)];
      await files.put(first, pieces(Buffer.from('first')), HEADERS);
      await files.put(second, pieces(Buffer.from('second')), HEADERS);
      const other = addressOf(`${name}x`, bucket);
      await files.copy(second, other, HEADERS);
      expect((await read(files, first))?.toString()).toBe('first');
      expect((await read(files, other))?.toString()).toBe('second');
      await files.remove([first, other]);
      expect(await files.get(first)).toBeUndefined();
      expect((await read(files, second))?.toString()).toBe('second');
    });

    test('names that differ in case only are two', async () => {
      const files = await makeFiles();
      const [upper, lower] = [addressOf('Name'), addressOf('name')];
      await files.put(upper, pieces(Buffer.from('upper')), HEADERS);
      await files.put(lower, pieces(Buffer.from('lower')), HEADERS);
      expect((await read(files, upper))?.toString()).toBe('upper');
    });

    test('lists every file once, each with a way to remove it', async () => {
      const files = await makeFiles();
      const addresses = ['a', 'a/b', 'a/b/c', 'z'].map((name) => addressOf(name));
      for (const address of addresses) await files.put(address, pieces(Buffer.from('x')), HEADERS);
      const versions = addresses.map(({ version }) => version);
      expect(await versionsOf(files)).toEqual(versions.toSorted());
      for await (const file of files.list()) if (file.version !== versions[3]) await file.remove();
      expect(await versionsOf(files)).toEqual([versions[3]]);
    });

    test('removes many at once', async () => {
      const files = await makeFiles();
      const addresses = Array.from({ length: 40 }, (_, number) => addressOf(`${number}`));
      for (const address of addresses) await files.put(address, pieces(Buffer.from('x')), HEADERS);
      await files.remove(addresses.slice(1));
      expect(await versionsOf(files)).toEqual([addresses[0]?.version]);
    });

    test('writes that nobody finishes are discarded, uploads in pieces are not', async () => {
      const files = await makeFiles();
      const [abandoned, upload] = [addressOf('abandoned'), addressOf('upload')];
      await files.uploads.begin(upload, HEADERS, 'note');
      await files.uploads.append(upload.version, pieces(randomBytes(6 * MEGABYTE)));
      const goOn = Promise.withResolvers<void>();
      const half = Promise.withResolvers<void>();
      async function* hanging(): Bytes {
        yield* pieces(randomBytes(20 * MEGABYTE));
        half.resolve();
        await goOn.promise;
        yield Buffer.from('end');
      }
      const written = files.put(abandoned, hanging(), HEADERS).then(
        () => 'written',
        () => 'refused',
      );
      await half.promise;
      await files.discardPartial(new Date(Date.now() - 3_600_000));
      await files.discardPartial(new Date(Date.now() + 3_600_000));
      goOn.resolve();
      expect(await written).toBe('refused');
      expect(await versionsOf(files)).toEqual([]);
      expect((await files.uploads.finish(upload.version)).size).toBe(6 * MEGABYTE);
    });

    uploadsContract(makeFiles);
  });
}
