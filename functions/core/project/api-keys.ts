import { createHash } from 'node:crypto';
import type { ProjectSecret } from './project-secret.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly type: 'legacy' | 'publishable' | 'secret';
  readonly description: string;
  /** What tells the key apart without showing it. */
  readonly prefix: string;
  /** SHA-256 in hex. */
  readonly hash: string;
  /** The key; a secret one is cut after its prefix unless it was asked to be revealed. */
  readonly api_key: string;
}

const ROWS = [
  {
    from: 'anon_key',
    name: 'anon',
    type: 'legacy',
    secret: false,
    description: 'Public key of the role anon',
  },
  {
    from: 'service_role_key',
    name: 'service_role',
    type: 'legacy',
    secret: true,
    description: 'Bypasses row-level security; for servers only',
  },
  {
    from: 'publishable_key',
    name: 'default',
    type: 'publishable',
    secret: false,
    description: 'Safe in a browser',
  },
  {
    from: 'secret_key',
    name: 'default',
    type: 'secret',
    secret: true,
    description: 'Bypasses row-level security; for servers only',
  },
] as const;

/** As much of a key as `sb_secret_` and five characters, or a JWT's first ones. */
const PREFIX_LENGTH = 15;

export function apiKeysOf(secret: ProjectSecret, reveal: boolean): readonly ApiKey[] {
  return ROWS.map((row) => {
    const key = secret[row.from];
    const prefix = key.slice(0, PREFIX_LENGTH);
    return {
      id: row.type === 'legacy' ? row.name : `${row.type}_${row.name}`,
      name: row.name,
      type: row.type,
      description: row.description,
      prefix,
      hash: createHash('sha256').update(key).digest('hex'),
      api_key: row.secret && !reveal ? `${prefix}${'·'.repeat(12)}` : key,
    };
  });
}
