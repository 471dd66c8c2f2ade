import { z } from 'zod';
import type { SettingReader } from '../../settings/reader.ts';

const Provider = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9:_-]{0,49}$/),
  issuer: z.url({ protocol: /^https?$/ }),
  client_id: z.string().min(1),
  client_secret: z.string().default(''),
  scopes: z.array(z.string()).default(['openid', 'email', 'profile']),
  /** Further audiences that an ID token may have: those of the project's own apps. */
  acceptable_client_ids: z.array(z.string()).default([]),
  skip_nonce_check: z.boolean().default(false),
  email_optional: z.boolean().default(false),
  authorization_params: z.record(z.string(), z.string()).default({}),
});

/** Somebody who vouches for users by OpenID Connect. */
export type Provider = Readonly<z.infer<typeof Provider>>;

export function readProviders(settings: SettingReader): readonly Provider[] {
  const text = settings.optionalText('AUTH_OIDC_PROVIDERS');
  if (text === undefined) return [];
  const parsed = z
    .string()
    .transform((value): unknown => JSON.parse(value))
    .pipe(z.array(Provider))
    .safeParse(isJson(text) ? text : 'null');
  // A secret of its own variable needs no place among what is not secret.
  if (parsed.success)
    return parsed.data.map((provider) => ({
      ...provider,
      client_secret:
        settings.optionalText(`AUTH_OIDC_SECRET_${provider.name.toUpperCase()}`) ?? provider.client_secret,
    }));
  const where = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  settings.refuse(
    'AUTH_OIDC_PROVIDERS',
    `must be a JSON list of providers with name, issuer, client_id and client_secret; wrong: ${where || 'the list'}.`,
  );
  return [];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
