import type { PostgresConnection } from '@supabase/lite/postgres';
import type { Listener } from './listener.ts';
import type { Metrics } from './metrics.ts';

/** What the process itself takes, by the names that dashboards for Prometheus know. */
export function observeProcess(metrics: Metrics, labels: Readonly<Record<string, string>> = {}): void {
  metrics.gauge('process_resident_memory_bytes', 'Memory of this process.', () => [
    [labels, process.memoryUsage.rss()],
  ]);
  metrics.gauge('process_start_time_seconds', 'When this process began, since 1970.', () => [
    [labels, Math.round(performance.timeOrigin / 1000)],
  ]);
  metrics.total('process_cpu_seconds_total', 'CPU time of this process.', () => {
    const { user, system } = process.cpuUsage();
    return [[labels, (user + system) / 1_000_000]];
  });
}

/** Who is connected to it, and how often it is to the database. */
export function observeConnections(
  metrics: Metrics,
  { listener, database }: { readonly listener: Listener; readonly database: PostgresConnection },
): void {
  metrics.gauge('light_http_connections', 'Open connections of clients.', async () => [
    [{}, await listener.connections()],
  ]);
  metrics.gauge('light_database_connections', 'Open connections to the database by login role.', async () => {
    const rows = await database.driver<{ role: string; count: string }[]>`
      select usename as role, count(*) as count from pg_stat_activity
      where datname = current_database() and application_name like 'light %' group by usename`;
    return rows.map(({ role, count }) => [{ role }, Number(count)] as const);
  });
}
