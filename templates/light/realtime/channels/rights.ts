import { describeError } from '../../server/log.ts';
import type { ChannelRights, Claims } from '../ports.ts';
import type { Realm } from './realm.ts';
import { NO_DATABASE, type Refusal } from './refusal.ts';
import type { TopicKey } from './topic.ts';

type Judged =
  | { readonly ok: true; readonly rights: ChannelRights | undefined }
  | { readonly ok: false; readonly refusal: Refusal };

/** What somebody may do in a channel; undefined in a public one, which has no policies. */
export async function rightsOf(realm: Realm, key: TopicKey, claims: Claims): Promise<Judged> {
  if (!key.private) return { ok: true, rights: undefined };
  try {
    return { ok: true, rights: await realm.database.policies.rightsIn(key.name, claims) };
  } catch (error) {
    realm.log('warn', 'the policies of a channel cannot be asked', describeError(error));
    return { ok: false, refusal: NO_DATABASE };
  }
}
