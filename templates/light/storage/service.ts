import { OF_POSTGRES } from '../server/customer-metrics.ts';
import { describeError, type Log } from '../server/log.ts';
import type { Health, Service, ServiceContext } from '../server/service.ts';
import { StorageDatabase } from './database/storage-database.ts';
import { DiskFiles } from './disk/disk-files.ts';
import { succeed } from './failures.ts';
import { PictureMeter } from './images/picture-meter.ts';
import type { ObjectFiles } from './objects.port.ts';
import type { FilePlace } from '../files/place.ts';
import type { Storage } from './storage.ts';
import { startSweeping } from './sweep.ts';

const PREFIX = '/storage/v1';

export async function createStorageService(context: ServiceContext): Promise<Service> {
  const { config, log, metrics, customerMetrics } = context;
  const { place, sizeLimit, sweepAfterSeconds, transforms } = config.storage;
  if (place === undefined) throw new Error('Storage needs a STORAGE_PATH or a STORAGE_S3_BUCKET.');
  const { jwtSecret, externalUrl } = config;
  const database = new StorageDatabase(config);
  const files = await openFiles(place);
  const pictures = new PictureMeter(metrics);
  const storage: Storage = {
    database,
    files,
    log,
    sizeLimit,
    transforms,
    pictures,
    jwtSecret,
    externalUrl,
  };
  customerMetrics.gauge('storage_storage_size_mb', 'Size of all files, in MB.', async () => {
    const size = await database.asService(async (sql) =>
      succeed(
        await sql<{ bytes: string }[]>`
          select coalesce(sum((metadata->>'size')::bigint), 0) as bytes from storage.objects`,
      ),
    );
    return size.ok ? [[OF_POSTGRES, Number(size.value[0]?.bytes) / 1024 / 1024]] : [];
  });
  const sweeping = startSweeping(storage, sweepAfterSeconds * 1000);

  return {
    name: 'storage',
    prefix: PREFIX,
    judgesTokens: true,
    async fetch(request, caller) {
      // Loaded by the first request: an idle project does without it.
      const { answer } = await import('./router.ts');
      return answer(storage, PREFIX, request, caller);
    },
    health: () => checkTables(database, log),
    async close() {
      await sweeping.stop();
      await database.close();
    },
  };
}

async function checkTables(database: StorageDatabase, log: Log): Promise<Health> {
  const unhealthy: Health = { healthy: false, error: 'The storage tables could not be read.' };
  try {
    const read = await database.asService(async (sql) =>
      succeed(await sql`select from storage.buckets limit 1`),
    );
    return read.ok ? { healthy: true } : unhealthy;
  } catch (error) {
    log('warn', 'tables not read', describeError(error));
    return unhealthy;
  }
}

async function openFiles(place: FilePlace): Promise<ObjectFiles> {
  if (place.kind === 'disk') return DiskFiles.open(place.path);
  const { S3Files } = await import('./s3/s3-files.ts');
  return new S3Files(place);
}
