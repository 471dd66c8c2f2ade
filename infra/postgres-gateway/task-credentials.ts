import { z } from 'zod';
import type { Clock } from '../../functions/core/kernel/clock.port.ts';
import type { Credentials } from './signing.ts';

/** ECS replaces them well before they expire; so long before that they are asked for again. */
const MARGIN_MS = 5 * 60_000;
const PATIENCE_MS = 5_000;

/** As ECS serves them to a task. */
const schema = z
  .object({
    AccessKeyId: z.string(),
    SecretAccessKey: z.string(),
    Token: z.string(),
    Expiration: z.iso.datetime(),
  })
  .transform(({ AccessKeyId, SecretAccessKey, Token, Expiration }) => ({
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token },
    expires: Date.parse(Expiration),
  }));

/** The credentials of the task's role, kept as long as they last. */
export function taskCredentials(url: string, clock: Clock): () => Promise<Credentials> {
  let known: z.infer<typeof schema> | undefined;
  return async () => {
    if (known === undefined || known.expires - clock.now().getTime() < MARGIN_MS) {
      const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      known = schema.parse(await answer.json());
    }
    return known.credentials;
  };
}
