import type { Image } from '../container.ts';

const supabase = (name: string, tag: string): Image => ({ source: 'supabase', name, tag });

/**
 * The versions that Supabase's own CLI 3.1.0 starts together; being its versions, all of them are mirrored where the
 * cell's image cache finds them.
 */
export const IMAGES = {
  kong: supabase('library/kong', '2.8.1'),
  auth: supabase('supabase/gotrue', 'v2.197.0'),
  rest: supabase('postgrest/postgrest', 'v16.5'),
  realtime: supabase('supabase/realtime', 'v2.154.0'),
  storage: supabase('supabase/storage-api', 'v1.90.1'),
  imgproxy: supabase('darthsim/imgproxy', 'v3.26.0'),
  meta: supabase('supabase/postgres-meta', 'v0.100.0'),
  functions: supabase('supabase/edge-runtime', 'v1.78.1'),
  studio: supabase('supabase/studio', '2026.11.09-sha-1567384'),
  analytics: supabase('supabase/logflare', '1.50.15'),
  vector: supabase('timberio/vector', '0.58.0-alpine'),
} as const satisfies Record<string, Image>;
