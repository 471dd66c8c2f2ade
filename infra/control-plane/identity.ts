import { loginDomain } from './plan/names.ts';
import type { Settings } from './plan/settings.ts';

/** Who signs in: a Cognito user pool with its managed login, and the dashboard as a public client of it. */
export function makeIdentity({ production, rootDomain, stage }: Settings) {
  const pool = new aws.cognito.UserPool(
    'Users',
    {
      name: `baseplane-${stage}`,
      userPoolTier: 'ESSENTIALS',
      usernameAttributes: ['email'],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ['email'],
      passwordPolicy: { minimumLength: 12, temporaryPasswordValidityDays: 3 },
      accountRecoverySetting: { recoveryMechanisms: [{ name: 'verified_email', priority: 1 }] },
      mfaConfiguration: 'OPTIONAL',
      softwareTokenMfaConfiguration: { enabled: true },
      deletionProtection: production ? 'ACTIVE' : 'INACTIVE',
    },
    { retainOnDelete: production },
  );
  const domain = new aws.cognito.UserPoolDomain('UsersDomain', {
    // A domain of our own would need an address at the root itself.
    domain: loginDomain({ stage, rootDomain }),
    userPoolId: pool.id,
    managedLoginVersion: 2,
  });
  const dashboard = `https://app.${rootDomain}`;
  const client = new aws.cognito.UserPoolClient('Dashboard', {
    name: 'dashboard',
    userPoolId: pool.id,
    // A page keeps no secret: it proves with PKCE that the code is its own.
    generateSecret: false,
    allowedOauthFlowsUserPoolClient: true,
    allowedOauthFlows: ['code'],
    allowedOauthScopes: ['openid', 'email', 'profile'],
    supportedIdentityProviders: ['COGNITO'],
    callbackUrls: [`${dashboard}/callback`],
    logoutUrls: [`${dashboard}/login`],
    explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
    preventUserExistenceErrors: 'ENABLED',
    enableTokenRevocation: true,
  });
  new aws.cognito.ManagedLoginBranding('DashboardLogin', {
    userPoolId: pool.id,
    clientId: client.id,
    useCognitoProvidedValues: true,
  });
  return { pool, domain, client };
}
