import { z } from 'zod';
import { firstUser } from '../core/organization/first-user.ts';
import { issueToken } from '../core/organization/issue-token.ts';
import { composeAwsTable } from '../runtime/compose-aws-table.ts';
import { awsConfig } from '../runtime/config-aws.ts';

const ports = composeAwsTable(awsConfig());
const requestSchema = z.object({ email: z.email() });

/**
 * For the operator, who alone may invoke it: an access token of the installation's owner, whom the first call makes.
 * Lambda keeps no answers.
 */
export async function handler(payload: unknown) {
  const { email } = requestSchema.parse(payload);
  const { user, organization } = await firstUser(email, ports);
  const access_token = await issueToken(user, 'the operator’s', ports);
  return { access_token, organization_slug: organization };
}
