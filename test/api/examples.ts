import { z } from 'zod';
import { newUuid, projectRefSchema } from '../../functions/core/kernel/ids.ts';
import type { OrganizationSlug } from '../../functions/core/kernel/ids.ts';
import { age } from '../faults/age.ts';
import type { People, Person } from './people.ts';

export interface Place {
  readonly people: People;
  readonly owner: Person;
  readonly slug: OrganizationSlug;
  readonly ref: string;
}

/** How an operation is called so that it does something. */
export interface Example {
  readonly body?: unknown;
  readonly query?: string;
  /** Values of the path's parameters beside ref and slug, and what has to be there for them. */
  readonly parameters?: (place: Place) => Promise<Readonly<Record<string, string>>>;
  /** Who calls it, where it is not the owner. */
  readonly caller?: (place: Place) => Promise<Person>;
}

const idOf = ({ body }: { readonly body: unknown }) => z.object({ id: z.string() }).parse(body).id;

const newMember = async ({ people, slug }: Place) => ({
  user_id: (await people.member(slug, 'developer')).id,
});

const newInvitation = async ({ people, owner, slug }: Place) => {
  const body = { email: `${newUuid(people.ports.random)}@example.com`, role: 'developer' };
  const path = `/platform/organizations/${slug}/invitations`;
  return { invitation_id: idOf(await people.call(owner.token, 'POST', path, { body })) };
};

/** The mail is known by its address, and its address by whoever is to accept. */
const invited = 'invited@example.com';

const newLink = async ({ people, owner, slug }: Place) => {
  const path = `/platform/organizations/${slug}/invitations`;
  await people.call(owner.token, 'POST', path, { body: { email: invited, role: 'developer' } });
  return { token: people.invitationsTo(invited)[0] ?? '' };
};

const newToken = (path: (place: Place) => string, more: object) => async (place: Place) => {
  const body = { name: 'another', ...more };
  return { token_id: idOf(await place.people.call(place.owner.token, 'POST', path(place), { body })) };
};

const newKey = async ({ people, owner, ref }: Place) => {
  const body = { type: 'secret', name: 'made_before' };
  return { id: idOf(await people.call(owner.token, 'POST', `/v1/projects/${ref}/api-keys`, { body })) };
};

const paused = async ({ people, owner, ref }: Place) => {
  await people.call(owner.token, 'POST', `/v1/projects/${ref}/pause`);
  await people.world.quiet();
  return {};
};

const aged = async ({ people, ref }: Place) => {
  await age(people.world, projectRefSchema.parse(ref));
  return {};
};

const withSecret = async ({ people, owner, ref }: Place) => {
  const body = [{ name: 'COLOUR', value: 'red' }];
  await people.call(owner.token, 'POST', `/v1/projects/${ref}/secrets`, { body });
  return {};
};

const newSnippet = async ({ people, owner, ref }: Place) => {
  const body = { name: 'mine', sql: 'select 1' };
  return { id: idOf(await people.call(owner.token, 'POST', `/platform/projects/${ref}/snippets`, { body })) };
};

const newBranch = async ({ people, owner, ref }: Place) => {
  const body = { branch_name: 'dev' };
  const made = await people.call(owner.token, 'POST', `/v1/projects/${ref}/branches`, { body });
  await people.world.quiet();
  return { branch_id_or_ref: z.object({ project_ref: z.string() }).parse(made.body).project_ref };
};

const withClaimToken = async ({ people, owner, ref }: Place) => {
  const made = await people.call(owner.token, 'POST', `/v1/projects/${ref}/claim-token`);
  return z.object({ token: z.string() }).parse(made.body);
};

const withClaimFromElsewhere = async (place: Place) => ({
  ...(await withClaimToken(place)),
  slug: await place.people.organization(place.owner, 'Elsewhere'),
});

const trusting = async ({ people, owner, ref }: Place) => {
  const body = { jwks_url: 'https://keys.example.com' };
  const path = `/v1/projects/${ref}/config/auth/third-party-auth`;
  return { tpa_id: idOf(await people.call(owner.token, 'POST', path, { body })) };
};

const withRestorePoint = async ({ people, owner, ref }: Place) => {
  const path = `/v1/projects/${ref}/database/backups/restore-point`;
  await people.call(owner.token, 'POST', path, { body: { name: 'good' } });
  return {};
};

/** Of the operations that take a body or name something in their paths. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  subscribe: { body: { plan: 'pro' } },
  deleteOrganization: {
    parameters: async ({ people, owner }) => ({ slug: await people.organization(owner, 'Empty') }),
  },
  createBranch: { body: { branch_name: 'dev' } },
  getProjectClaimToken: { parameters: withClaimToken },
  deleteProjectClaimToken: { parameters: withClaimToken },
  getProjectClaim: { parameters: withClaimFromElsewhere },
  claimProject: { parameters: withClaimFromElsewhere },
  updateBranch: { body: { git_branch: 'feature' }, parameters: newBranch },
  deleteBranch: { parameters: newBranch },
  restoreBranch: {
    parameters: async (place) => {
      const branch = await newBranch(place);
      const path = `/v1/branches/${branch.branch_id_or_ref}?force=false`;
      await place.people.call(place.owner.token, 'DELETE', path);
      return branch;
    },
  },
  resetBranch: { body: {}, parameters: newBranch },
  pushBranch: { body: {}, parameters: newBranch },
  mergeBranch: { body: {}, parameters: newBranch },
  restoreProject: { parameters: paused },
  applyAddon: { body: { addon_type: 'compute_instance', addon_variant: 'ci_small' } },
  upgradeProjectTemplate: { parameters: aged },
  setSecrets: { body: [{ name: 'COLOUR', value: 'red' }] },
  deleteSecrets: { body: ['COLOUR'], parameters: withSecret },
  createSnippet: { body: { name: 'mine', sql: 'select 1' } },
  updateSnippet: { body: { name: 'renamed' }, parameters: newSnippet },
  deleteSnippet: { parameters: newSnippet },
  updateOrganization: { body: { name: 'Renamed' } },
  updateMember: { body: { role: 'read_only' }, parameters: newMember },
  removeMember: { parameters: newMember },
  leaveOrganization: { caller: ({ people, slug }) => people.member(slug, 'developer') },
  createInvitation: { body: { email: 'somebody@example.com', role: 'developer' } },
  resendInvitation: { parameters: newInvitation },
  revokeInvitation: { parameters: newInvitation },
  acceptInvitation: { parameters: newLink, caller: ({ people }) => people.person(invited) },
  createToken: { body: { name: 'another' } },
  revokeToken: { parameters: newToken(() => '/platform/tokens', {}) },
  createOrganizationToken: { body: { name: 'another', role: 'developer' } },
  revokeOrganizationToken: {
    parameters: newToken(({ slug }) => `/platform/organizations/${slug}/tokens`, { role: 'developer' }),
  },
  createProject: { body: { name: 'another' } },
  updateProject: { body: { name: 'renamed' } },
  updateAuthConfig: { body: { disable_signup: true } },
  createThirdPartyAuth: { body: { oidc_issuer_url: 'https://login.example.com' } },
  getThirdPartyAuth: { parameters: trusting },
  deleteThirdPartyAuth: { parameters: trusting },
  updatePostgrestConfig: { body: { max_rows: 7 } },
  updateStorageConfig: { body: { fileSizeLimit: 1_000_000 } },
  updatePostgresConfig: { body: { work_mem: '8MB' } },
  patchPostgresConfig: { body: { work_mem: '8MB' } },
  createOrganization: { body: { name: 'Mine' } },
  updateSslEnforcement: { body: { requestedConfig: { database: true } } },
  changeNetworkRestrictions: { body: { add: { dbAllowedCidrs: ['203.0.113.0/24'] } } },
  applyNetworkRestrictions: { body: { dbAllowedCidrs: ['203.0.113.0/24'] } },
  deleteNetworkBans: { body: { ipv4_addresses: ['203.0.113.9'] } },
  applyMigration: { body: { query: 'select 1' } },
  recordMigration: { body: { query: 'select 1' } },
  amendMigration: { body: { name: 'renamed' } },
  createRestorePoint: { body: { name: 'before' } },
  undoToRestorePoint: { body: { name: 'good' }, parameters: withRestorePoint },
  restorePhysicalBackup: { body: { id: 1 } },
  restorePitrBackup: { body: { recovery_time_target_unix: 1 } },
  updateBackupSchedule: { body: { schedule_for: '05:00:00' } },
  updateRotations: { body: { signing_key: 30 } },
  updateIdleState: { body: { exempt: true } },
  createLoginRole: { body: { read_only: false } },
  createProjectApiKey: { body: { type: 'secret', name: 'another' } },
  updateProjectApiKey: { body: { name: 'renamed' }, parameters: newKey },
  deleteProjectApiKey: { parameters: newKey },
  updateProjectLegacyApiKeys: { query: '?enabled=false' },
  createProjectSigningKey: { body: { algorithm: 'ES256' } },
  updateProjectSigningKey: { body: { status: 'in_use' } },
  updateDatabasePassword: { body: { password: 'correct horse' } },
  updatePgsodiumConfig: { body: { root_key: '0'.repeat(64) } },
  runQuery: { body: { query: 'select 1 as one' } },
  runReadOnlyQuery: { body: { query: 'select 1 as one' } },
};
