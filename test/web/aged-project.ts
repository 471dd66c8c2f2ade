import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cloud } from '../local/cloud.ts';

/** What the newest SQL of a template makes and an older release did not. */
export async function publicationsOf(cloud: Cloud, ref: string): Promise<unknown> {
  const query = "select pubname from pg_publication where pubname = 'supabase_realtime'";
  return (await cloud.call('POST', `/v1/projects/${ref}/database/query`, { query })).body;
}

/** Leaves the database as the release before would have: without what the newest SQL makes, and with what people made. */
export async function age(cloud: Cloud, ref: string): Promise<void> {
  const query = 'drop publication supabase_realtime; create table if not exists made (id int);';
  const dropped = await cloud.call('POST', `/v1/projects/${ref}/database/query`, { query });
  expect([dropped.status, await publicationsOf(cloud, ref)]).toEqual([201, []]);
  for (const cluster of readdirSync(join(cloud.home, 'clusters'))) {
    const path = join(cloud.home, 'clusters', cluster, 'applied.json');
    // One that is being prepared has none yet.
    if (!existsSync(path)) continue;
    const applied: unknown = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ ...Object(applied), 'base/70-publication.sql': 'another' }));
  }
}
