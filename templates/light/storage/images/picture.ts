import sharp, { type Metadata } from 'sharp';
import { fail, type Failed, type Outcome, succeed } from '../failures.ts';
import type { TransformOptions } from './transform-options.ts';
import { Turnstile } from './turnstile.ts';

/** Supabase's: https://supabase.com/docs/guides/storage/serving/image-transformations#limits */
const MOST_PIXELS = 50_000_000;
/** All frames of an animation together stay below the pixels too. */
const MOST_FRAMES = 60;
const SECONDS = 10;
const DEFAULT_QUALITY = 80;

/** What is decoded takes four bytes a pixel: no more than two small pictures or one large one at a time. */
const LARGE = MOST_PIXELS / 2;
const turnstile = new Turnstile(2, 64);

// The thread pool is the file system's too, and what one request decoded is of no use to the next.
sharp.concurrency(1);
sharp.cache(false);
// Nothing but the formats of pictures on the web: every other decoder is more to attack.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}`),
});

const OUTPUTS = { jpeg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif', heif: 'avif' } as const;
type Format = (typeof OUTPUTS)[keyof typeof OUTPUTS];
const ANIMATED: readonly Format[] = ['webp', 'gif'];
const FITS = { cover: 'cover', contain: 'inside', fill: 'fill' } as const;

export interface Picture {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: Format;
}

export interface Rendering {
  readonly options: TransformOptions;
  readonly acceptsWebp: boolean;
}

export async function renderPicture(
  source: Uint8Array,
  { options, acceptsWebp }: Rendering,
): Promise<Outcome<Picture>> {
  const known = await inspect(source);
  if (!known.ok) return known;
  const { metadata, original } = known.value;
  const wished = options.format ?? (acceptsWebp ? 'webp' : 'origin');
  const format = wished === 'origin' ? original : wished;
  const { width = 0, height = 0 } = options;
  const pages = ANIMATED.includes(format) ? framesOf(metadata) : 1;
  const pixels = metadata.width * (metadata.pageHeight ?? metadata.height) * pages;
  const work = () =>
    sharp(source, { pages, limitInputPixels: MOST_PIXELS, failOn: 'error', sequentialRead: true })
      .autoOrient()
      .resize({
        ...(width === 0 ? {} : { width }),
        ...(height === 0 ? {} : { height }),
        fit: FITS[options.resize ?? 'cover'],
        withoutEnlargement: true,
      })
      .toFormat(format, settingsOf(format, options.quality ?? DEFAULT_QUALITY))
      .timeout({ seconds: SECONDS })
      .toBuffer();
  try {
    const bytes = await turnstile.run(pixels > LARGE ? 2 : 1, work);
    return bytes === undefined ? fail('SlowDown') : succeed({ bytes: new Uint8Array(bytes), format });
  } catch (error) {
    return unusable(error);
  }
}

async function inspect(source: Uint8Array): Promise<Outcome<{ metadata: Metadata; original: Format }>> {
  try {
    const metadata = await sharp(source, { limitInputPixels: false }).metadata();
    const original = Object.entries(OUTPUTS).find(([name]) => name === metadata.format)?.[1];
    if (original === undefined)
      return fail('InvalidRequest', 'The object is not a picture of a known format.');
    if (metadata.width * (metadata.pageHeight ?? metadata.height) > MOST_PIXELS)
      return fail('InvalidRequest', `The picture has more than ${MOST_PIXELS} pixels.`);
    return succeed({ metadata, original });
  } catch (error) {
    return unusable(error);
  }
}

function framesOf({ width, height, pageHeight = height, pages = 1 }: Metadata): number {
  return Math.max(1, Math.min(pages, MOST_FRAMES, Math.floor(MOST_PIXELS / (width * pageHeight))));
}

function settingsOf(format: Format, quality: number) {
  if (format === 'png' || format === 'gif') return {};
  // Slower settings make a file a little smaller, and take many times as long.
  return format === 'avif' ? { quality, effort: 2 } : { quality };
}

/** Whatever sharp refuses is the picture's fault: it is damaged, no picture at all, or takes too long. */
function unusable(error: unknown): Failed {
  const slow = error instanceof Error && error.message.includes('timeout');
  return fail(
    'InvalidRequest',
    slow ? 'The picture takes too long to render.' : 'The object is not a picture that can be read.',
  );
}
