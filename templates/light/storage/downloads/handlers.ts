import { fail, type Outcome, succeed } from '../failures.ts';
import type { Storage } from '../storage.ts';
import type { Handler, StorageRequest } from '../storage-request.ts';
import { factsOf, type FileFacts } from './file-facts.ts';
import { planResponse } from './file-response.ts';
import { infoOf } from './info.ts';
import type { Locate, Located } from './locate.ts';

/** An object that is replaced while it is asked for is looked up once more. */
const ATTEMPTS = 2;

export const sendFile =
  (locate: Locate): Handler =>
  async (storage, request) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const located = await locate(storage, request);
      if (!located.ok) return located;
      const response = await open(storage, request, located.value);
      if (response !== undefined) return succeed(response);
    }
    return fail('NoSuchKey');
  };

export const sendHead =
  (locate: Locate): Handler =>
  async (storage, request) => {
    const located = await describe(storage, request, locate);
    if (!located.ok) return located;
    const plan = planResponse(located.value.facts, presentation(request, located.value.located));
    return succeed(plan.send ? new Response(null, plan) : plan.response);
  };

export const sendInfo =
  (locate: Locate): Handler =>
  async (storage, request) => {
    const located = await locate(storage, request);
    return located.ok ? succeed(Response.json(infoOf(located.value.object))) : located;
  };

/** Undefined if the file is gone. */
async function open(
  { files }: Storage,
  request: StorageRequest,
  located: Located,
): Promise<Response | undefined> {
  const address = addressOf(located);
  const facts = await complete({ files }, located);
  if (facts === undefined) return undefined;
  const plan = planResponse(facts, presentation(request, located));
  if (!plan.send) return plan.response;
  const body = await files.get(address, plan.range);
  return body === undefined ? undefined : new Response(body, plan);
}

async function describe(
  storage: Storage,
  request: StorageRequest,
  locate: Locate,
): Promise<Outcome<{ located: Located; facts: FileFacts & { size: number } }>> {
  const located = await locate(storage, request);
  if (!located.ok) return located;
  const facts = await complete(storage, located.value);
  return facts === undefined ? fail('NoSuchKey') : succeed({ located: located.value, facts });
}

/** The size is asked of the file where its row does not tell, as in rows that were not written by this service. */
async function complete(
  { files }: Pick<Storage, 'files'>,
  located: Located,
): Promise<(FileFacts & { size: number }) | undefined> {
  const facts = factsOf(located.object);
  const size = facts.size ?? (await files.head(addressOf(located)))?.size;
  return size === undefined ? undefined : { ...facts, size };
}

function addressOf({ object }: Located) {
  return { bucket: object.bucket_id, name: object.name, version: object.version };
}

function presentation({ request, url }: StorageRequest, { expires }: Located) {
  return { request, url, expires };
}
