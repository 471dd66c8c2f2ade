import { none, unimplemented } from './operation.ts';

const notImplemented =
  'Third parties cannot act for a user by OAuth here. Create an access token with the scopes that they need.';

export const oauthOperations = {
  authorizeUser: unimplemented({
    method: 'GET',
    path: '/v1/oauth/authorize',
    summary: 'Ask a user to let an application act for them',
    policy: { on: 'public' },
    params: none,
    notImplemented,
  }),
  exchangeOauthToken: unimplemented({
    method: 'POST',
    path: '/v1/oauth/token',
    summary: "Exchange an application's code for tokens",
    policy: { on: 'public' },
    params: none,
    notImplemented,
  }),
  revokeOauthToken: unimplemented({
    method: 'POST',
    path: '/v1/oauth/revoke',
    summary: "End an application's authorization",
    policy: { on: 'public' },
    params: none,
    notImplemented,
  }),
  authorizeProjectClaim: unimplemented({
    method: 'GET',
    path: '/v1/oauth/authorize/project-claim',
    summary: 'Ask a user to take a project over from an application',
    policy: { on: 'public' },
    params: none,
    notImplemented,
  }),
} as const;
