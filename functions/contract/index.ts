import { actionOperations } from './actions.contract.ts';
import { addonOperations } from './addons.contract.ts';
import { advisorOperations } from './advisors.contract.ts';
import { auditOperations } from './audit.contract.ts';
import { apiKeyOperations } from './api-keys.contract.ts';
import { claimOperations } from './claims.contract.ts';
import { billingOperations } from './billing.contract.ts';
import { branchOperations } from './branches.contract.ts';
import { authConfigOperations } from './config-auth.contract.ts';
import { databaseConfigOperations } from './config-database.contract.ts';
import { projectConfigOperations } from './config-project.contract.ts';
import { serviceConfigOperations } from './config-services.contract.ts';
import { analyticsOperations } from './analytics.contract.ts';
import { databaseOperations } from './database.contract.ts';
import { descriptionOperations } from './description.contract.ts';
import { metricsOperations } from './metrics.contract.ts';
import { memberOperations } from './members.contract.ts';
import { infraOperations } from './infra.contract.ts';
import { installationOperations } from './installation.contract.ts';
import { jitOperations } from './jit.contract.ts';
import { backupOperations } from './backups.contract.ts';
import { idleOperations } from './idle.contract.ts';
import { jobOperations } from './jobs.contract.ts';
import { loginRoleOperations } from './login-roles.contract.ts';
import { migrationOperations } from './migrations.contract.ts';
import { functionSecretOperations } from './function-secrets.contract.ts';
import { functionOperations } from './functions.contract.ts';
import { hostnameOperations } from './hostnames.contract.ts';
import { networkOperations } from './network.contract.ts';
import { oauthOperations } from './oauth.contract.ts';
import { organizationOperations } from './organization.contract.ts';
import { overviewOperations } from './overview.contract.ts';
import { platformOperations } from './platform.contract.ts';
import { projectOperations } from './project.contract.ts';
import { projectSecretOperations } from './project-secrets.contract.ts';
import { regionOperations } from './regions.contract.ts';
import { rotationOperations } from './rotations.contract.ts';
import { schemaOperations } from './schema.contract.ts';
import { snippetOperations } from './snippets.contract.ts';
import { templateOperations } from './template.contract.ts';
import { thirdPartyAuthOperations } from './third-party-auth.contract.ts';
import { tokenOperations } from './tokens.contract.ts';
import { toolsOperations } from './tools.contract.ts';
import { signingKeyOperations } from './signing-keys.contract.ts';
import { usageOperations } from './usage.contract.ts';

/** The whole public API, by operation id. */
export const OPERATIONS = {
  ...organizationOperations,
  ...memberOperations,
  ...tokenOperations,
  ...toolsOperations,
  ...auditOperations,
  ...projectOperations,
  ...branchOperations,
  ...claimOperations,
  ...advisorOperations,
  ...apiKeyOperations,
  ...signingKeyOperations,
  ...projectSecretOperations,
  ...databaseOperations,
  ...actionOperations,
  ...infraOperations,
  ...installationOperations,
  ...jitOperations,
  ...backupOperations,
  ...loginRoleOperations,
  ...migrationOperations,
  ...functionOperations,
  ...functionSecretOperations,
  ...networkOperations,
  ...hostnameOperations,
  ...platformOperations,
  ...overviewOperations,
  ...templateOperations,
  ...jobOperations,
  ...metricsOperations,
  ...idleOperations,
  ...rotationOperations,
  ...oauthOperations,
  ...descriptionOperations,
  ...addonOperations,
  ...analyticsOperations,
  ...regionOperations,
  ...schemaOperations,
  ...snippetOperations,
  ...authConfigOperations,
  ...thirdPartyAuthOperations,
  ...serviceConfigOperations,
  ...databaseConfigOperations,
  ...projectConfigOperations,
  ...usageOperations,
  ...billingOperations,
} as const;
