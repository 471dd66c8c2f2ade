import { readFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresAvailable } from '../database/cluster.ts';
import { type StorageProject, startStorage } from './storage-project.ts';

/** Left half red, right half blue, so that what was cut off can be told. */
function halves(width: number, height: number) {
  const half = (background: string) =>
    sharp({ create: { width: width / 2, height, channels: 3, background } }).png();
  return Promise.all([half('red').toBuffer(), half('blue').toBuffer()]).then(([left, right]) =>
    sharp({ create: { width, height, channels: 3, background: 'white' } }).composite([
      { input: left, left: 0, top: 0 },
      { input: right, left: width / 2, top: 0 },
    ]),
  );
}

/** A PNG of a few kilobytes that claims, and holds, so many black pixels. */
function bomb(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc(Math.min((Math.ceil(width / 8) + 1) * height, 40_000_000));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe.runIf(postgresAvailable)('pictures of storage', () => {
  let project: StorageProject;
  let service: SupabaseClient;
  const bucket = () => service.storage.from('pictures');

  beforeAll(async () => {
    project = await startStorage({ FILE_SIZE_LIMIT: '40000000' });
    service = project.client('SERVICE_ROLE_KEY');
    await service.storage.createBucket('pictures', { public: true });
    await service.storage.createBucket('hidden');
    const picture = await halves(400, 200);
    await bucket().upload('p.png', await picture.clone().png().toBuffer(), { contentType: 'image/png' });
    await bucket().upload('p.jpg', await picture.clone().jpeg().toBuffer(), { contentType: 'image/jpeg' });
    await service.storage
      .from('hidden')
      .upload('p.png', await picture.png().toBuffer(), { contentType: 'image/png' });
  });

  afterAll(() => project[Symbol.asyncDispose]());

  /** The most memory the process has had. */
  async function peakMegabytes() {
    const status = await readFile(`/proc/${project.light.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  async function render(query: string, headers: Record<string, string> = {}, name = 'p.png') {
    const response = await fetch(`${project.url}/storage/v1/render/image/public/pictures/${name}?${query}`, {
      headers,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) return { status: response.status, ...JSON.parse(bytes.toString() || '{}') };
    const { format, width, height, pages } = await sharp(bytes, { animated: true }).metadata();
    return { status: 200, type: response.headers.get('content-type'), format, width, height, pages, bytes };
  }

  test.each([
    ['width=100', 100, 50],
    ['height=50', 100, 50],
    ['width=100&height=100', 100, 100],
    ['width=100&height=100&resize=cover', 100, 100],
    ['width=100&height=100&resize=contain', 100, 50],
    ['width=100&height=100&resize=fill', 100, 100],
    // Nothing is made larger than it is.
    ['width=9999', 400, 200],
    ['width=0&height=0', 400, 200],
    ['', 400, 200],
  ])('%s gives %i × %i', async (query, width, height) => {
    expect(await render(query)).toMatchObject({
      status: 200,
      type: 'image/png',
      format: 'png',
      width,
      height,
    });
  });

  test('are counted as Supabase bills them: each picture once, whatever is made of it', async () => {
    const counted = async () => {
      const headers = { apikey: project.setting('SERVICE_ROLE_KEY') };
      const text = await (await fetch(`${project.url}/metrics`, { headers })).text();
      return Number(/^light_image_transformations_total (\d+)$/m.exec(text)?.[1]);
    };
    await render('width=20');
    const before = await counted();
    await render('width=21');
    expect(await counted()).toBe(before);
    await bucket().copy('p.png', 'once-more.png');
    await render('width=20', {}, 'once-more.png');
    expect(await counted()).toBe(before + 1);
  });

  test('cover cuts, contain keeps, fill stretches', async () => {
    const edge = async (query: string) => {
      const { bytes } = await render(query);
      const { data } = await sharp(bytes)
        .extract({ left: 0, top: 0, width: 1, height: 1 })
        .raw()
        .toBuffer({ resolveWithObject: true });
      return (data[0] ?? 0) > (data[2] ?? 0) ? 'red' : 'blue';
    };
    for (const resize of ['cover', 'contain', 'fill'])
      expect(await edge(`width=100&height=100&resize=${resize}`)).toBe('red');
    const wide = await render('width=100&height=200&resize=cover');
    expect(wide).toMatchObject({ width: 100, height: 200 });
  });

  test('what a browser takes decides the format, unless the original or another is asked for', async () => {
    const accept = { accept: 'image/avif,image/webp,image/*' };
    expect(await render('width=50', accept)).toMatchObject({ type: 'image/webp', format: 'webp' });
    expect(await render('width=50&format=origin', accept)).toMatchObject({ type: 'image/png' });
    expect(await render('width=50&format=webp')).toMatchObject({ type: 'image/webp' });
    expect(await render('width=50&format=avif')).toMatchObject({ type: 'image/avif', format: 'heif' });
    expect(await render('width=50', {}, 'p.jpg')).toMatchObject({ type: 'image/jpeg', format: 'jpeg' });
  });

  test('a lower quality is a smaller file', async () => {
    const noise = await sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        background: 'white',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .jpeg({ quality: 100 })
      .toBuffer();
    await bucket().upload('noise.jpg', noise, { contentType: 'image/jpeg' });
    const [low, high] = [
      await render('quality=20', {}, 'noise.jpg'),
      await render('quality=100', {}, 'noise.jpg'),
    ];
    expect(low.bytes.length * 3).toBeLessThan(high.bytes.length);
  });

  test('are cached by what was asked for', async () => {
    const url = `${project.url}/storage/v1/render/image/public/pictures/p.png`;
    const first = await fetch(`${url}?width=10`);
    const tag = first.headers.get('etag') ?? '';
    expect([first.headers.get('vary'), first.headers.get('cache-control')]).toEqual([
      'accept',
      'max-age=3600',
    ]);
    expect((await fetch(`${url}?width=10`, { headers: { 'if-none-match': tag } })).status).toBe(304);
    expect((await fetch(`${url}?width=11`, { headers: { 'if-none-match': tag } })).status).toBe(200);
    expect(
      (await fetch(`${url}?width=10`, { headers: { 'if-none-match': tag, accept: 'image/webp' } })).status,
    ).toBe(200);
  });

  test('come by the client’s options: public, as the caller, signed', async () => {
    const transform = { width: 40, height: 40, resize: 'contain', quality: 50, format: 'origin' } as const;
    const { publicUrl } = bucket().getPublicUrl('p.png', { transform }).data;
    const hidden = service.storage.from('hidden');
    const signed = await hidden.createSignedUrl('p.png', 60, { transform });
    const download = await hidden.download('p.png', { transform });
    for (const blob of [
      await (await fetch(publicUrl)).blob(),
      await (await fetch(signed.data?.signedUrl ?? '')).blob(),
      download.data ?? new Blob([]),
    ])
      expect(await sharp(await blob.arrayBuffer()).metadata()).toMatchObject({
        format: 'png',
        width: 40,
        height: 20,
      });
    const nobody = project.client('ANON_KEY').storage.from('hidden');
    expect((await nobody.download('p.png', { transform })).error).toMatchObject({ code: 'NoSuchKey' });
    expect((await fetch(publicUrl.replace('/pictures/', '/hidden/'))).status).toBe(400);
  });

  test('a signed picture does not give the original away, nor another size', async () => {
    const { data } = await service.storage
      .from('hidden')
      .createSignedUrl('p.png', 60, { transform: { width: 40 } });
    const url = data?.signedUrl ?? '';
    const original = await fetch(url.replace('/render/image/sign/', '/object/sign/'));
    expect([original.status, await original.json()]).toMatchObject([400, { code: 'InvalidSignature' }]);
    const other = await (await fetch(`${url}&width=400&height=200`)).arrayBuffer();
    expect(await sharp(other).metadata()).toMatchObject({ width: 40 });
    const plain = await service.storage.from('hidden').createSignedUrl('p.png', 60);
    const whole = await fetch((plain.data?.signedUrl ?? '').replace('/object/sign/', '/render/image/sign/'));
    expect(await sharp(await whole.arrayBuffer()).metadata()).toMatchObject({ width: 400 });
  });

  test('a drawing stays one', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>';
    await bucket().upload('d.svg', svg, { contentType: 'image/svg+xml' });
    const response = await fetch(`${project.url}/storage/v1/render/image/public/pictures/d.svg?width=5`);
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['image/svg+xml', svg]);
  });

  test('an animation keeps moving where the format can, up to a number of frames', async () => {
    const frames = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        sharp({
          create: {
            width: 20,
            height: 20,
            channels: 3,
            background: { r: (index * 97) % 256, g: (index * 53) % 256, b: (index * 171) % 256 },
          },
        })
          .png()
          .toBuffer(),
      ),
    );
    const gif = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    await bucket().upload('a.gif', gif, { contentType: 'image/gif' });
    expect(await render('width=10', {}, 'a.gif')).toMatchObject({ format: 'gif', width: 10, pages: 60 });
    expect(await render('width=10', { accept: 'image/webp' }, 'a.gif')).toMatchObject({
      format: 'webp',
      pages: 60,
    });
    expect(await render('width=10&format=avif', {}, 'a.gif')).toMatchObject({ format: 'heif', height: 10 });
  });

  test('what is not asked for properly', async () => {
    for (const query of [
      'width=-1',
      'width=x',
      'width=1.5',
      'quality=19',
      'quality=101',
      'resize=crop',
      'format=exe',
      'height=1e400',
    ])
      expect(await render(query)).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await render('width=10', {}, 'missing.png')).toMatchObject({ status: 400, code: 'NoSuchKey' });
    const transform = { width: -5 };
    expect((await bucket().createSignedUrl('p.png', 60, { transform })).error).toMatchObject({
      code: 'InvalidRequest',
    });
  });

  test('bombs and rubbish are refused, and the process stays small', async () => {
    const bombs: readonly (readonly [string, Buffer])[] = [
      ['bomb of 2.5 gigapixels', bomb(50_000, 50_000)],
      ['bomb of 51 megapixels', bomb(8000, 6400)],
      ['bomb that claims the most', bomb(2_147_483_647, 2_147_483_647)],
      ['text', Buffer.from('not a picture')],
      ['nothing', Buffer.alloc(0)],
      ['half a picture', (await (await halves(400, 200)).png().toBuffer()).subarray(0, 200)],
      [
        'a script for ImageMagick',
        Buffer.from('push graphic-context\nimage over 0,0 0,0 "https://x"\npop graphic-context'),
      ],
      [
        'an SVG in disguise',
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
      ],
      ['a PDF', Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj')],
      ['26 MB', Buffer.alloc(26 * 1024 * 1024 + 1)],
    ];
    for (const [index, [kind, bytes]] of bombs.entries()) {
      await bucket().upload(`bomb-${index}`, bytes, { contentType: 'image/png', upsert: true });
      expect([kind, await render('width=10', {}, `bomb-${index}`)]).toMatchObject([
        kind,
        { status: 400, code: 'InvalidRequest' },
      ]);
    }
    // Just allowed, many at once: they wait for each other.
    await bucket().upload('large', bomb(8000, 6000), { contentType: 'image/png' });
    const large = await Promise.all(Array.from({ length: 6 }, () => render('width=10', {}, 'large')));
    expect(large.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    if (process.platform === 'linux') expect(await peakMegabytes()).toBeLessThan(512);
    expect(project.light.output()).not.toMatch(/"status":5\d\d/);
  });
});
