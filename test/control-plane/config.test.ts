import { build } from 'esbuild';
import { expect, it } from 'vitest';

// SST makes one file of the configuration and all that it imports before it runs it; with the CDK in it, 65 MB large,
// it dies.
it('the configuration is small enough for SST, and reaches no tool of a program of ours', async () => {
  const { metafile } = await build({
    entryPoints: ['sst.config.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    metafile: true,
    logLevel: 'silent',
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  expect([...new Set(packages)]).toEqual(['zod']);
  expect(Object.keys(metafile.inputs)).toContain('infra/control-plane/main.ts');
});
