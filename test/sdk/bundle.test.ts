import { build } from 'esbuild';
import { expect, test } from 'vitest';

/** What a page gets that imports this of the SDK, without supabase-js and React, which it has anyway. */
async function bundled(
  statement: string,
): Promise<{ readonly inputs: readonly string[]; readonly bytes: number }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: statement, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    metafile: true,
    conditions: ['baseplane-source'],
    external: ['@supabase/supabase-js', 'react', 'react/jsx-runtime'],
  });
  const [output] = Object.values(metafile.outputs);
  const kept = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { inputs: kept.map(([path]) => path), bytes: outputFiles[0]?.contents.length ?? 0 };
}

test('a page gets what it imports and no more', async () => {
  const rooms = await bundled("import { room } from '@baseplane/sdk'; console.log(room);");
  const auctions = await bundled("import { auction } from '@baseplane/sdk'; console.log(auction);");
  const hooks = await bundled("import { useAuction } from '@baseplane/sdk/react'; console.log(useAuction);");
  const has = (bundle: typeof rooms, file: string) => bundle.inputs.some((path) => path.endsWith(file));
  expect([has(rooms, 'room/room.ts'), has(rooms, 'auction/auction.ts')]).toEqual([true, false]);
  expect([has(auctions, 'room/room.ts'), has(auctions, 'auction/auction.ts')]).toEqual([false, true]);
  expect([has(hooks, 'room/room.ts'), has(hooks, 'react/use-room.ts')]).toEqual([false, false]);
  expect(rooms.bytes).toBeLessThan(12_000);
});
