import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

/** The secrets that can be replaced by the clock. */
export const ROTATED_SECRETS = ['signing_key', 'database_password'] as const;

const days = z.int().min(7).max(3650).nullable();

const rotations = z.array(
  z.object({
    secret: z.enum(ROTATED_SECRETS),
    means: z.string(),
    every_days: z.int().nullable().meta({ description: 'Null: it is not replaced by itself' }),
    last_at: z.string().nullable(),
    due_at: z.string().nullable(),
    step: z
      .enum(['rest', 'create', 'wait', 'use', 'revoke', 'delete', 'replace'])
      .meta({ description: 'What is done at the next look' }),
  }),
);

export const rotationOperations = {
  listRotations: operation({
    method: 'GET',
    path: '/platform/projects/{ref}/rotations',
    summary: "Tell which of a project's secrets are replaced by themselves, and when",
    policy: { on: 'project', permission: 'auth_signing_keys_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: rotations,
  }),
  updateRotations: operation({
    method: 'PUT',
    path: '/platform/projects/{ref}/rotations',
    summary: "Have a project's secrets replaced every so many days, or no more",
    policy: { on: 'project', permission: 'auth_signing_keys_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ signing_key: days.optional(), database_password: days.optional() }),
    status: 200,
    response: rotations,
  }),
} as const;
