import type { RequestScope } from './request-scope.ts';

/** Deeper than anybody embeds, and as deep as lite, which calls itself for each level, goes without fail. */
const DEEPEST = 50;

/** What lite or the driver would stumble over instead of refusing it; in the words of Postgres and PostgREST. */
export function refuseMalformed({ method, path, body }: RequestScope, url: URL): Response | undefined {
  // A NUL would end a statement's text in the middle and cost the connection.
  if (/%00/.test(url.pathname) || /%00/.test(url.search))
    return refusal('22021', 'invalid byte sequence for encoding "UTF8": 0x00');
  if (depthOf(url.searchParams.get('select') ?? '') > DEEPEST)
    return refusal('PGRST100', `select is nested in more than ${DEEPEST} levels`);
  const writesRows = method !== 'GET' && method !== 'HEAD' && !path.startsWith('/rpc/');
  if (writesRows && /^\s*[^\s[{]/.test(body)) return refusal('PGRST102', 'Empty or invalid json');
  return undefined;
}

function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const letter of text) {
    if (letter === '(') deepest = Math.max(deepest, ++depth);
    else if (letter === ')') depth -= 1;
  }
  return deepest;
}

function refusal(code: string, message: string): Response {
  return Response.json({ code, details: null, hint: null, message }, { status: 400 });
}
