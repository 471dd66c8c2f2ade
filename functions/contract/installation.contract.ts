import { z } from 'zod';
import { none, operation } from './operation.ts';

export const installationOperations = {
  getInstallation: operation({
    method: 'GET',
    path: '/platform/config',
    summary: 'Tell what a dashboard must know of this installation before anybody has signed in',
    policy: { on: 'public' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      issuer: z.string().nullable().meta({
        description: 'The OpenID Connect issuer that signs people in; null: there are access tokens alone',
      }),
      client_id: z.string().nullable().meta({ description: 'What the issuer calls the dashboard' }),
      account_url: z.string().nullable().meta({
        description: 'Where somebody changes their password, or ends all of their sessions',
      }),
      api_url: z.string(),
      version: z.string(),
      target: z.enum(['local', 'aws']),
      outbox: z.boolean().meta({ description: 'Mails are not sent but kept, and can be listed' }),
    }),
  }),
  listOutbox: operation({
    method: 'GET',
    path: '/platform/outbox',
    summary: 'List the newest mails that a local cloud has kept in place of sending them',
    policy: { on: 'caller' },
    params: none,
    query: none,
    body: none,
    status: 200,
    response: z.array(
      z.object({
        id: z.string(),
        from: z.string(),
        to: z.string(),
        subject: z.string(),
        text: z.string(),
        sent_at: z.string(),
      }),
    ),
  }),
} as const;
