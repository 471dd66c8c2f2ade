import { sql } from 'kysely';
import type { Database } from '../database/connections.ts';
import type { Page } from '../gateway/gateway.ts';
import { serviceOff } from '../gateway/refusal.ts';
import type { Health, Service } from './service.ts';

/** A database that does not answer within this time is as good as none to whoever asks for health. */
const PATIENCE_MS = 3000;

/** Tells of every part, or of the one that `?service=` names; the database is part of each answer. */
export function createHealth(database: { kysely: Database }, services: readonly Service[]): Page {
  return async (_request, url) => {
    const wanted = url.searchParams.get('service');
    const asked = services.filter(({ name }) => wanted === null || wanted === name);
    if (wanted !== null && wanted !== 'db' && asked.length === 0) return serviceOff(wanted);
    const db = await checkDatabase(database.kysely);
    const checks = db.healthy
      ? await Promise.all(asked.map(async (service) => [service.name, await service.health()] as const))
      : asked.map((service) => [service.name, db] as const);
    const healthy = db.healthy && checks.every(([, health]) => health.healthy);
    return Response.json(
      { status: healthy ? 'healthy' : 'unhealthy', services: { ...Object.fromEntries(checks), db } },
      { status: healthy ? 200 : 503 },
    );
  };
}

async function checkDatabase(database: Database): Promise<Health> {
  const answered = sql`select 1`.execute(database).then(
    () => true,
    () => false,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, false).unref());
  return (await Promise.race([answered, late]))
    ? { healthy: true }
    : { healthy: false, error: 'The database does not answer.' };
}
