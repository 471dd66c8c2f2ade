import { deepEqual, equal, ok } from 'node:assert/strict';
import { startStorage } from '../storage-project.ts';
import { type Method, type MethodGroup, outcomesOf } from './method.ts';

/** A bucket called `files` with the object `a.txt` that says hello is there before each of them. */
const methods: readonly Method[] = [
  {
    name: 'createBucket',
    async attempt({ service }) {
      equal((await service.storage.createBucket('made', { public: true })).error, null);
      equal((await service.storage.getBucket('made')).data?.public, true);
    },
  },
  {
    name: 'getBucket',
    async attempt({ service }) {
      equal((await service.storage.getBucket('files')).data?.id, 'files');
      ok((await service.storage.getBucket('none')).error);
    },
  },
  {
    name: 'listBuckets',
    async attempt({ service }) {
      ok((await service.storage.listBuckets()).data?.some(({ id }) => id === 'files'));
    },
  },
  {
    name: 'updateBucket',
    async attempt({ service }) {
      await service.storage.updateBucket('made', { public: false, fileSizeLimit: 3 });
      const { data } = await service.storage.getBucket('made');
      deepEqual([data?.public, data?.file_size_limit], [false, 3]);
      ok((await service.storage.from('made').upload('long', 'hello')).error);
    },
  },
  {
    name: 'emptyBucket',
    async attempt({ service }) {
      await service.storage.from('made').upload('x', 'abc');
      equal((await service.storage.emptyBucket('made')).error, null);
      equal((await service.storage.from('made').list()).data?.length, 0);
    },
  },
  {
    name: 'deleteBucket',
    async attempt({ service }) {
      equal((await service.storage.deleteBucket('made')).error, null);
      ok((await service.storage.getBucket('made')).error);
    },
  },
  {
    name: 'upload',
    async attempt({ service }) {
      for (const body of ['text', Buffer.from('text'), new Blob(['text']), new File(['text'], 'n')]) {
        equal((await service.storage.from('files').upload('up', body, { upsert: true })).error, null);
        equal(await (await service.storage.from('files').download('up')).data?.text(), 'text');
      }
      ok((await service.storage.from('files').upload('up', 'again')).error);
    },
  },
  {
    name: 'update',
    async attempt({ service }) {
      equal((await service.storage.from('files').update('up', 'newer')).error, null);
      equal(await (await service.storage.from('files').download('up')).data?.text(), 'newer');
    },
  },
  {
    name: 'download',
    async attempt({ service }) {
      equal(await (await service.storage.from('files').download('a.txt')).data?.text(), 'hello');
      ok((await service.storage.from('files').download('none')).error);
    },
  },
  {
    name: 'list',
    async attempt({ service }) {
      ok((await service.storage.from('files').list()).data?.some(({ name }) => name === 'a.txt'));
    },
  },
  {
    name: 'listV2',
    async attempt({ service }) {
      const { data } = await service.storage.from('files').listV2({ limit: 1 });
      deepEqual([data?.objects.length, data?.hasNext], [1, true]);
    },
  },
  {
    name: 'info',
    async attempt({ service }) {
      equal((await service.storage.from('files').info('a.txt')).data?.size, 5);
    },
  },
  {
    name: 'exists',
    async attempt({ service }) {
      equal((await service.storage.from('files').exists('a.txt')).data, true);
      equal((await service.storage.from('files').exists('none')).data, false);
    },
  },
  {
    name: 'copy',
    async attempt({ service }) {
      await service.storage.createBucket('other');
      const copied = await service.storage
        .from('files')
        .copy('a.txt', 'b.txt', { destinationBucket: 'other' });
      equal(copied.error, null);
      equal(await (await service.storage.from('other').download('b.txt')).data?.text(), 'hello');
    },
  },
  {
    name: 'move',
    async attempt({ service }) {
      equal((await service.storage.from('other').move('b.txt', 'c/d.txt')).error, null);
      equal((await service.storage.from('other').exists('b.txt')).data, false);
      equal((await service.storage.from('other').exists('c/d.txt')).data, true);
    },
  },
  {
    name: 'remove',
    async attempt({ service }) {
      equal((await service.storage.from('other').remove(['c/d.txt'])).data?.length, 1);
      equal((await service.storage.from('other').exists('c/d.txt')).data, false);
    },
  },
  {
    name: 'createSignedUrl',
    async attempt({ service, project }) {
      const { data } = await service.storage.from('files').createSignedUrl('a.txt', 60);
      equal(await (await fetch(reachable(data?.signedUrl, project.url))).text(), 'hello');
    },
  },
  {
    name: 'createSignedUrls',
    async attempt({ service, project }) {
      const { data } = await service.storage.from('files').createSignedUrls(['a.txt', 'none'], 60);
      equal(await (await fetch(reachable(data?.[0]?.signedUrl, project.url))).text(), 'hello');
      ok(data?.[1]?.error);
    },
  },
  {
    name: 'createSignedUploadUrl, uploadToSignedUrl',
    async attempt({ service, project }) {
      const { data } = await service.storage.from('files').createSignedUploadUrl('signed');
      const anon = project.client('ANON_KEY').storage.from('files');
      equal((await anon.uploadToSignedUrl('signed', data?.token ?? '', 'by url')).error, null);
      equal(await (await service.storage.from('files').download('signed')).data?.text(), 'by url');
    },
  },
  {
    name: 'getPublicUrl',
    async attempt({ service, project }) {
      await service.storage.updateBucket('files', { public: true });
      const { publicUrl } = service.storage.from('files').getPublicUrl('a.txt').data;
      equal(await (await fetch(reachable(publicUrl, project.url))).text(), 'hello');
    },
  },
];

/** The client answers with URLs of the address that it was made with. */
function reachable(url: string | null | undefined, base: string): string {
  if (url?.startsWith(base) !== true) throw new Error(`${url} is not below ${base}`);
  return url;
}

export const storage: MethodGroup = {
  client: 'storage',
  names: methods.map(({ name }) => name),
  async tryAll(start = startStorage) {
    await using project = await start({ SERVICES: 'rest,auth,storage' });
    const service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('files');
    await service.storage.from('files').upload('a.txt', 'hello');
    return await outcomesOf(methods, { project, service });
  },
};
