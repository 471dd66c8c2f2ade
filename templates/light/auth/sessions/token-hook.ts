import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { describeError, type Log } from '../../server/log.ts';
import { Refusal } from '../refusal.ts';
import type { Pool } from '../users/store.ts';

/** A function in the project's database, as `pg-functions://postgres/<schema>/<function>`. */
export type HookFunction = { readonly schema: string; readonly name: string };

/** GoTrue gives a hook in the database two seconds. */
const TIMEOUT_MS = 2000;

export function parseHook(uri: string): HookFunction | undefined {
  const [, schema, name] = /^pg-functions:\/\/[^/]+\/([A-Za-z_]\w*)\/([A-Za-z_]\w*)$/.exec(uri) ?? [];
  return schema === undefined || name === undefined ? undefined : { schema, name };
}

const Refused = z.object({
  error: z.object({ http_code: z.number().int().min(400).max(599).default(500), message: z.string() }),
});

/** What every token must still have after a hook. */
const Returned = z.object({
  claims: z.looseObject({
    aud: z.union([z.string(), z.array(z.string())]),
    exp: z.number(),
    iat: z.number(),
    sub: z.string().min(1),
    email: z.string(),
    phone: z.string(),
    role: z.string(),
    aal: z.enum(['aal1', 'aal2', 'aal3']),
    session_id: z.string(),
    is_anonymous: z.boolean(),
  }),
});

/** Lets the project's own function change the claims of a token before it is signed, or refuse it. */
export async function callTokenHook(
  sql: Pool,
  hook: HookFunction,
  event: { user_id: string; claims: JWTPayload; authentication_method: string },
  log: Log,
): Promise<JWTPayload | Refusal> {
  let output: unknown;
  try {
    output = await sql.begin(async (within) => {
      await within`select set_config('statement_timeout', ${String(TIMEOUT_MS)}, true)`;
      const [row] = await within<{ output: unknown }[]>`
        select ${within(hook.schema)}.${within(hook.name)}(${JSON.stringify(event)}::text::jsonb) as output`;
      return row?.output;
    });
  } catch (error) {
    log('error', 'the custom access token hook failed', describeError(error));
    return new Refusal(500, 'unexpected_failure', 'Error running hook URI: custom access token');
  }
  const refused = Refused.safeParse(output);
  if (refused.success) {
    const { http_code: status, message } = refused.data.error;
    return new Refusal(status, 'hook_payload_error', message);
  }
  const returned = Returned.safeParse(output);
  if (returned.success) return returned.data.claims;
  return new Refusal(
    500,
    'hook_payload_invalid_content_type',
    'output claims do not conform to the expected schema',
  );
}
