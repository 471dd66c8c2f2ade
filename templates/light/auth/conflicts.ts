import { isDatabaseError } from '../database/sql.ts';
import { emailExists, phoneExists, Refusal } from './refusal.ts';

const UNIQUE_VIOLATION = '23505';

/** What a constraint of the tables means to a client: of several requests at once only the first finds nothing. */
const CONFLICTS: Readonly<Record<string, () => Refusal>> = {
  users_email_partial_key: emailExists,
  users_phone_key: phoneExists,
  users_pkey: () => new Refusal(422, 'user_already_exists', 'User already registered'),
  identities_provider_id_provider_unique: () =>
    new Refusal(422, 'identity_already_exists', 'Identity is already linked to another user'),
  mfa_factors_user_friendly_name_unique: () =>
    new Refusal(422, 'mfa_factor_name_conflict', 'A factor with this friendly name already exists'),
  custom_oauth_providers_identifier_key: () =>
    new Refusal(400, 'conflict', 'A provider with this identifier exists'),
};

export function readConflict(error: unknown): Refusal | undefined {
  if (!isDatabaseError(error) || error.code !== UNIQUE_VIOLATION) return undefined;
  return CONFLICTS[error.constraint ?? '']?.();
}
