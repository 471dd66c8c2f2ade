import { readFilePlace } from '../files/place.ts';
import type { SettingReader } from '../settings/reader.ts';

/** Defaults of the limits are Supabase's: https://supabase.com/docs/guides/functions/limits */
export function readFunctionSettings(settings: SettingReader, externalUrl: string) {
  const seconds = (name: string, fallback: number) =>
    settings.integer(name, fallback, { min: 1, max: 86_400 }) * 1000;
  return {
    place: readFilePlace(settings, 'FUNCTIONS'),
    cache: settings.optionalText('FUNCTIONS_CACHE_PATH'),
    deno: settings.optionalText('FUNCTIONS_DENO'),
    region: settings.text('FUNCTIONS_REGION', 'local'),
    /** Where functions reach the project themselves; clients may know it by another address. */
    apiUrl: settings.url('FUNCTIONS_API_URL', externalUrl),
    databaseUrl: settings.optionalText('FUNCTIONS_DB_URL'),
    limits: {
      memoryMb: settings.integer('FUNCTIONS_MEMORY_MB', 256, { min: 32, max: 4096 }),
      cpuMs: seconds('FUNCTIONS_CPU_SECONDS', 2),
      responseMs: seconds('FUNCTIONS_RESPONSE_SECONDS', 150),
      wallClockMs: seconds('FUNCTIONS_WALL_CLOCK_SECONDS', 400),
      idleMs: seconds('FUNCTIONS_IDLE_SECONDS', 60),
      processes: settings.integer('FUNCTIONS_MAX_PROCESSES', 16, { min: 1, max: 1000 }),
    },
  };
}
