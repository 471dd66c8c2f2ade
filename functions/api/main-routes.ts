import { type Route, byPath } from './route.ts';
import { actionRoutes } from './routes/action.routes.ts';
import { addonRoutes } from './routes/addon.routes.ts';
import { advisorRoutes } from './routes/advisor.routes.ts';
import { auditRoutes } from './routes/audit.routes.ts';
import { apiKeyRoutes } from './routes/api-keys.routes.ts';
import { branchRoutes } from './routes/branch.routes.ts';
import { claimRoutes } from './routes/claim.routes.ts';
import { configRoutes } from './routes/config.routes.ts';
import { analyticsRoutes } from './routes/analytics.routes.ts';
import { databaseRoutes } from './routes/database.routes.ts';
import { descriptionRoutes } from './routes/description.routes.ts';
import { memberRoutes } from './routes/members.routes.ts';
import { infraRoutes } from './routes/infra.routes.ts';
import { installationRoutes } from './routes/installation.routes.ts';
import { backupRoutes } from './routes/backup.routes.ts';
import { loginRoleRoutes } from './routes/login-role.routes.ts';
import { migrationRoutes } from './routes/migration.routes.ts';
import { functionRoutes } from './routes/function.routes.ts';
import { functionSecretRoutes } from './routes/function-secret.routes.ts';
import { hostnameRoutes } from './routes/hostname.routes.ts';
import { networkRoutes } from './routes/network.routes.ts';
import { oauthRoutes } from './routes/oauth.routes.ts';
import { organizationRoutes } from './routes/organization.routes.ts';
import { overviewRoutes } from './routes/overview.routes.ts';
import { idleRoutes } from './routes/idle.routes.ts';
import { rotationRoutes } from './routes/rotation.routes.ts';
import { jobRoutes } from './routes/job.routes.ts';
import { platformRoutes } from './routes/platform.routes.ts';
import { projectRoutes } from './routes/project.routes.ts';
import { projectSecretRoutes } from './routes/project-secrets.routes.ts';
import { refusedRoutes } from './routes/refused.routes.ts';
import { regionRoutes } from './routes/region.routes.ts';
import { schemaRoutes } from './routes/schema.routes.ts';
import { snippetRoutes } from './routes/snippet.routes.ts';
import { templateRoutes } from './routes/template.routes.ts';
import { thirdPartyAuthRoutes } from './routes/third-party-auth.routes.ts';
import { tokenRoutes } from './routes/tokens.routes.ts';
import { toolsRoutes } from './routes/tools.routes.ts';
import { signingKeyRoutes } from './routes/signing-keys.routes.ts';
import { usageRoutes } from './routes/usage.routes.ts';

const byResource: readonly Readonly<Record<string, Route>>[] = [
  projectRoutes,
  branchRoutes,
  actionRoutes,
  claimRoutes,
  organizationRoutes,
  advisorRoutes,
  memberRoutes,
  tokenRoutes,
  toolsRoutes,
  auditRoutes,
  apiKeyRoutes,
  signingKeyRoutes,
  projectSecretRoutes,
  databaseRoutes,
  infraRoutes,
  backupRoutes,
  loginRoleRoutes,
  migrationRoutes,
  functionRoutes,
  functionSecretRoutes,
  networkRoutes,
  configRoutes,
  thirdPartyAuthRoutes,
  hostnameRoutes,
  platformRoutes,
  overviewRoutes,
  templateRoutes,
  jobRoutes,
  installationRoutes,
  idleRoutes,
  rotationRoutes,
  oauthRoutes,
  descriptionRoutes,
  addonRoutes,
  analyticsRoutes,
  refusedRoutes,
  regionRoutes,
  schemaRoutes,
  snippetRoutes,
  usageRoutes,
];

/**
 * Every operation but those about money, in the order of their paths: there `{` comes after all letters, so that where
 * one path has a word and another a parameter, the word is tried first.
 */
export const MAIN_ROUTES: readonly Route[] = byResource
  .flatMap((routes) => Object.values(routes))
  .toSorted(byPath);
