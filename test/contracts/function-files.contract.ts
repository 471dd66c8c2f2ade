import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FunctionFile } from '../../functions/core/project/function-files.port.ts';
import type { PortsOf } from './project-ports.ts';
import { newStack } from './stack-fixture.ts';

const text = (path: string, content: string): FunctionFile => ({ path, content: Buffer.from(content) });

const FILES: readonly FunctionFile[] = [
  text('_shared/a b/ü.ts', 'export {}'),
  text('empty', ''),
  text('index.ts', 'Deno.serve(() => new Response())'),
  { path: 'picture', content: Uint8Array.from({ length: 70_000 }, (_, at) => at % 256) },
];

const plain = (files: readonly FunctionFile[] | undefined) =>
  files?.map(({ path, content }) => [path, Buffer.from(content).toString('base64')]);

/** What every driver of the FunctionFiles port has to hold. What is published, the services' own tests read. */
export function functionFilesContract(name: string, ports: PortsOf<'functionFiles' | 'objects'>): void {
  const project = async () => {
    const stack = newStack();
    await ports().objects.prepare(stack);
    return { stack, ref: stack.ref, files: ports().functionFiles };
  };

  describe(`${name} as FunctionFiles`, () => {
    it('gives back a bundle byte for byte, by project, function and id', async () => {
      const { stack, ref, files } = await project();
      const bundle = randomUUID();
      await files.put(ref, 'hello', bundle, FILES.toReversed());
      expect(plain(await files.get(ref, 'hello', bundle))).toEqual(plain(FILES));
      expect(await files.get(ref, 'hello', randomUUID())).toBeUndefined();
      expect(await files.get(ref, 'other', bundle)).toBeUndefined();
      expect(await files.get(newStack().ref, 'hello', bundle)).toBeUndefined();
      await ports().objects.delete(stack);
    });

    it('keeps a bundle that is put again as it is', async () => {
      const { stack, ref, files } = await project();
      const bundle = randomUUID();
      for (let time = 0; time < 2; time += 1) await files.put(ref, 'hello', bundle, FILES);
      expect(plain(await files.get(ref, 'hello', bundle))).toEqual(plain(FILES));
      await ports().objects.delete(stack);
    });

    it('drops what it is told to, and may be told again', async () => {
      const { stack, ref, files } = await project();
      const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
      for (const bundle of [first, second, third]) await files.put(ref, 'hello', bundle, FILES);
      for (let time = 0; time < 2; time += 1) await files.drop(ref, 'hello', [first, third]);
      await files.drop(ref, 'hello', []);
      expect(await files.get(ref, 'hello', first)).toBeUndefined();
      expect(await files.get(ref, 'hello', second)).toHaveLength(FILES.length);
      expect(await files.get(ref, 'hello', third)).toBeUndefined();
      await ports().objects.delete(stack);
    });

    it('publishes and retracts again and again, and never at the cost of a bundle', async () => {
      const { stack, ref, files } = await project();
      const bundle = randomUUID();
      await files.retract(ref, 'hello');
      await files.put(ref, 'hello', bundle, FILES);
      const published = {
        slug: 'hello',
        version: 1,
        status: 'ACTIVE' as const,
        verify_jwt: true,
        entrypoint_path: 'index.ts',
        import_map_path: null,
        bundle,
      };
      await Promise.all([1, 2, 3].map((version) => files.publish(ref, { ...published, version })));
      await files.publishSecrets(ref, Buffer.from('sealed'));
      await files.publishSecrets(ref, Buffer.from('sealed again'));
      for (let time = 0; time < 2; time += 1) await files.retract(ref, 'hello');
      expect(await files.get(ref, 'hello', bundle)).toHaveLength(FILES.length);
      await ports().objects.delete(stack);
    });

    it('has nothing left of a project that was deleted', async () => {
      const { stack, ref, files } = await project();
      const bundle = randomUUID();
      await files.put(ref, 'hello', bundle, FILES);
      await ports().objects.delete(stack);
      expect(await files.get(ref, 'hello', bundle)).toBeUndefined();
    });
  });
}
