import { authenticate } from '../../functions/core/organization/authenticate.ts';
import { PLACEHOLDER, firstUser } from '../../functions/core/organization/first-user.ts';
import { issueToken } from '../../functions/core/organization/issue-token.ts';
import type { LocalCloud } from '../../functions/runtime/compose-local.ts';
import { readHandedOut } from './local-files.ts';

/** No request: the cloud itself, at its start. */
const HERE = { ip: '127.0.0.1', request_id: 'start' };

export interface Owner {
  readonly accessToken: string;
  readonly organization: string;
}

/** The owner's token: the one that was handed out before, while its file is there and it still works. */
export async function ownerOf(home: string, { ports }: LocalCloud): Promise<Owner> {
  const { user, organization } = await firstUser(PLACEHOLDER, ports);
  const before = readHandedOut(home)?.access_token;
  const works = before !== undefined && (await authenticate(before, HERE, ports)).ok;
  return { accessToken: works ? before : await issueToken(user, 'local.json', ports), organization };
}
