import type { Config } from '../settings/config.ts';
import type { Deployment } from './deployments.ts';

/** What Supabase sets for each function, after the project's secrets, which cannot take their place. */
export function environmentOf(
  config: Config,
): (deployment: Deployment, executionId: string) => Record<string, string> {
  const { projectRef, keys, functions } = config;
  return ({ slug, version, secrets }, executionId) => ({
    ...secrets,
    SUPABASE_URL: functions.apiUrl,
    SUPABASE_ANON_KEY: keys.anon,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceRole,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify(keys.publishable),
    SUPABASE_SECRET_KEYS: JSON.stringify(keys.secret),
    ...(functions.databaseUrl === undefined ? {} : { SUPABASE_DB_URL: functions.databaseUrl }),
    SB_REGION: functions.region,
    SB_EXECUTION_ID: executionId,
    DENO_DEPLOYMENT_ID: `${projectRef}_${slug}_${version}`,
  });
}
