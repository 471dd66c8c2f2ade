import { z } from 'zod';
import { TransientError } from '../../core/kernel/errors.ts';

const documentSchema = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** OpenID Connect Discovery 1.0: where the issuer's keys are. It must name itself as we name it. */
export async function readDiscovery(
  issuer: string,
  patienceMs: number,
): Promise<z.infer<typeof documentSchema>> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(patienceMs) });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    const document = documentSchema.parse(await response.json());
    if (document.issuer !== issuer) throw new Error(`it names itself ${document.issuer}`);
    return document;
  } catch (cause) {
    throw new TransientError(`The issuer ${issuer} cannot be asked for its keys.`, { cause });
  }
}
