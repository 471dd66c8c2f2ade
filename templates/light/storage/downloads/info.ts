import type { ObjectRow } from '../database/rows.ts';
import { factsOf } from './file-facts.ts';

export function infoOf(object: ObjectRow): Record<string, unknown> {
  const facts = factsOf(object);
  return {
    id: object.id,
    name: object.name,
    version: object.version,
    bucket_id: object.bucket_id,
    size: facts.size ?? null,
    content_type: facts.mimeType,
    cache_control: facts.cacheControl,
    content_encoding: facts.contentEncoding ?? null,
    etag: facts.etag,
    metadata: object.user_metadata,
    last_modified: object.updated_at,
    created_at: object.created_at,
  };
}
