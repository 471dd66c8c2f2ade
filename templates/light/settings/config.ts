import { z } from 'zod';
import { NO_SIGNING_KEYS, readSigningKeys, type SigningKeys } from '../auth/sessions/signing-keys.ts';
import { readAuthSettings } from '../auth/settings.ts';
import { readFunctionSettings } from '../functions/settings.ts';
import { readForeignIssuers } from '../gateway/foreign-issuers.ts';
import { readRefusedRequests } from '../gateway/refused-requests.ts';
import { verifyApiKeyToken } from '../gateway/token.ts';
import { type Listen, parseListen } from './listen.ts';
import { SettingReader } from './reader.ts';
import { readRealtimeSettings } from '../realtime/settings.ts';
import { readStorageSettings } from '../storage/settings.ts';

const Claims = z.record(z.string(), z.json()).and(z.object({ role: z.string() }));
type KeyClaims = z.infer<typeof Claims>;

const SERVICE_NAMES = ['rest', 'auth', 'storage', 'realtime', 'functions', 'meta'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

export type Config = ReturnType<typeof read> & { readonly signingKeys: SigningKeys };
export type ConfigResult = { ok: true; config: Config } | { ok: false; problems: readonly string[] };

export async function readConfig(source: Readonly<Record<string, unknown>>): Promise<ConfigResult> {
  const settings = new SettingReader(source);
  const config = { ...read(settings), signingKeys: await readKeys(settings) };
  if (settings.problems.length === 0) await checkKeys(settings, config);
  if (settings.problems.length > 0) return { ok: false, problems: settings.problems };
  return { ok: true, config };
}

function read(settings: SettingReader) {
  const externalUrl = settings.url('API_EXTERNAL_URL');
  const config = {
    projectRef: settings.text('PROJECT_REF'),
    externalUrl,
    jwtSecret: settings.secret('JWT_SECRET', 32),
    jwtSecretRevoked: settings.flag('JWT_SECRET_REVOKED', false),
    keys: {
      legacyEnabled: settings.flag('LEGACY_KEYS_ENABLED', true),
      anon: settings.secret('ANON_KEY', 1),
      serviceRole: settings.secret('SERVICE_ROLE_KEY', 1),
      publishable: settings.named('PUBLISHABLE_KEYS'),
      secret: settings.named('SECRET_KEYS'),
      claims: readClaims(settings),
    },
    foreignIssuers: readForeignIssuers(settings),
    refusalOf: readRefusedRequests(settings),
    postgres: {
      host: settings.text('POSTGRES_HOST'),
      port: settings.integer('POSTGRES_PORT', 5432, { min: 1, max: 65_535 }),
      database: settings.text('POSTGRES_DB', 'postgres'),
      password: settings.secret('POSTGRES_PASSWORD', 1),
      roleSuffix: settings.text('POSTGRES_ROLE_SUFFIX', ''),
    },
    rest: {
      schemas: settings.list('PGRST_DB_SCHEMAS', ['public', 'graphql_public']),
      maxRows: settings.integer('PGRST_DB_MAX_ROWS', 1000, { min: 1, max: 1_000_000 }),
      extraSearchPath: settings.list('PGRST_DB_EXTRA_SEARCH_PATH', ['public', 'extensions']),
      /** Connections of each login role. */
      pool: settings.integer('PGRST_DB_POOL', 5, { min: 1, max: 1000 }),
    },
    auth: readAuthSettings(settings, externalUrl),
    storage: readStorageSettings(settings),
    realtime: readRealtimeSettings(settings),
    meta: { idleMs: settings.integer('META_IDLE_SECONDS', 60, { min: 1, max: 86_400 }) * 1000 },
    functions: readFunctionSettings(settings, externalUrl),
    services: settings.choices('SERVICES', SERVICE_NAMES, ['rest', 'auth']),
    listen: readListen(settings),
  };
  if (!config.auth.autoconfirm && config.auth.outbox === undefined && config.auth.smtp === undefined)
    settings.refuse(
      'MAILER_AUTOCONFIRM',
      'may be false only with a MAILER_OUTBOX or an SMTP_HOST: nobody could confirm.',
    );
  if (config.services.has('storage') && config.storage.place === undefined)
    settings.refuse('STORAGE_PATH', 'is missing, or a STORAGE_S3_BUCKET.');
  return config;
}

function readListen(settings: SettingReader): Listen {
  const listen = parseListen(settings.text('LISTEN', '0.0.0.0:8000'));
  if (listen !== undefined) return listen;
  settings.refuse('LISTEN', 'must be host:port or unix:/path/to.sock.');
  return { kind: 'tcp', host: '', port: 0 };
}

/** What secret keys stand for, by their names; a key without claims stands for the service role. */
function readClaims(settings: SettingReader): Readonly<Record<string, KeyClaims>> {
  const parsed = z.record(z.string(), Claims).safeParse(settings.json('SECRET_KEY_CLAIMS') ?? {});
  if (parsed.success) return parsed.data;
  settings.refuse('SECRET_KEY_CLAIMS', 'must be a JSON object of claims by key name, a role among each.');
  return {};
}

async function readKeys(settings: SettingReader): Promise<SigningKeys> {
  const source = settings.json('JWT_KEYS');
  if (source === undefined) return NO_SIGNING_KEYS;
  const keys = await readSigningKeys(source);
  if (keys !== undefined) return keys;
  settings.refuse('JWT_KEYS', 'must be a JSON Web Key Set in which one private key, and only one, may sign.');
  return NO_SIGNING_KEYS;
}

/** A key that the gateway would refuse is a mistake to report at the start, not at the first request. */
async function checkKeys(settings: SettingReader, config: Config): Promise<void> {
  const keys = [
    { name: 'ANON_KEY', token: config.keys.anon, role: 'anon' },
    { name: 'SERVICE_ROLE_KEY', token: config.keys.serviceRole, role: 'service_role' },
  ];
  for (const { name, token, role } of keys) {
    // Revoked or not, it is what they are made of.
    const claims = await verifyApiKeyToken(token, { ...config, jwtSecretRevoked: false });
    if (claims?.role !== role)
      settings.refuse(name, `must be a JWT of role ${role} for PROJECT_REF, signed with JWT_SECRET.`);
  }
}
