// The main service of Supabase's edge-runtime. It takes functions from the project's prefix in the bucket, checks the
// caller's token if the function wants that, and lets a worker of the runtime answer. It has no imports, as it is
// handed to the container in an environment variable.
//
// Below `<ref>/~functions/` the object `<slug>/function.json` says what is served:
//   { version, status, entrypoint_path, import_map_path, verify_jwt, bundle }
// `<slug>/<bundle>.json` has its files, { files: { "<path>": "<base64>" } }, and `.secrets` the secrets of all
// functions, sealed: a nonce of 12 bytes, then the AES-GCM of a JSON object.
// It is JavaScript for Deno, which this repository's compiler does not know.

const env = (name) => Deno.env.get(name) ?? '';
const encoder = new TextEncoder();
const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
const sha256 = async (text) => hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));

async function hmac(key, text) {
  const bytes = typeof key === 'string' ? encoder.encode(key) : key;
  const imported = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ]);
  return crypto.subtle.sign('HMAC', imported, encoder.encode(text));
}

/** The task role's credentials. Functions can't ask for them: they are not told the address. */
async function credentials() {
  const response = await fetch(`http://169.254.170.2${env('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')}`);
  if (!response.ok) throw new Error(`The task has no credentials: ${response.status}.`);
  const { AccessKeyId: id, SecretAccessKey: secret, Token: token } = await response.json();
  return { id, secret, token };
}

/** A signed GET of an object (AWS Signature Version 4). */
async function getObject(key, etag) {
  const { id, secret, token } = await credentials();
  const host = `${env('BUCKET')}.s3.${env('REGION')}.amazonaws.com`;
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${env('REGION')}/s3/aws4_request`;
  const headers = {
    host,
    'x-amz-content-sha256': await sha256(''),
    'x-amz-date': time,
    'x-amz-security-token': token,
  };
  const signed = Object.keys(headers).join(';');
  const lines = Object.entries(headers)
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  const request = `GET\n/${key}\n\n${lines}\n${signed}\n${headers['x-amz-content-sha256']}`;
  let signingKey = `AWS4${secret}`;
  for (const part of scope.split('/')) signingKey = await hmac(signingKey, part);
  const signature = hex(
    await hmac(signingKey, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${await sha256(request)}`),
  );
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  const { host: _, ...rest } = headers;
  const condition = etag === undefined ? {} : { 'if-none-match': etag };
  return fetch(`https://${host}/${key}`, { headers: { ...rest, ...condition, authorization } });
}

/** How long an object is used before S3 is asked whether there is a newer one. */
const FRESH_MILLISECONDS = 5_000;
const NOTHING = { etag: undefined, bytes: undefined };
const objects = new Map();

/** An object below the functions' prefix, with its ETag; without bytes where there is none. */
async function objectOf(path) {
  const known = objects.get(path);
  if (known !== undefined && Date.now() - known.at < FRESH_MILLISECONDS) return known;
  const response = await getObject(`${env('PROJECT_REF')}/~functions/${path}`, known?.etag);
  if (response.status === 304) return Object.assign(known, { at: Date.now() });
  // S3 answers 403 for what is not there to those who may not list the bucket.
  if (response.status === 404 || response.status === 403) {
    objects.delete(path);
    return NOTHING;
  }
  if (!response.ok) throw new Error(`S3 answered ${response.status} for ${path}.`);
  const etag = response.headers.get('etag') ?? undefined;
  const found = { at: Date.now(), etag, bytes: new Uint8Array(await response.arrayBuffer()) };
  objects.set(path, found);
  return found;
}

const jsonOf = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

/** A key for one purpose that only the control plane can make too: from a password that no function is told. */
async function serviceKey(purpose) {
  const ref = encoder.encode(env('PROJECT_REF'));
  const material = encoder.encode(env('SERVICE_PASSWORD'));
  const password = await crypto.subtle.importKey('raw', material, 'HKDF', false, ['deriveBits']);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: ref, info: encoder.encode(purpose) };
  return crypto.subtle.deriveBits(hkdf, password, 256);
}

/** What the owner has set for the functions. */
async function openSecrets(sealed) {
  const bits = await serviceKey('function secrets');
  const key = await crypto.subtle.importKey('raw', bits, 'AES-GCM', false, ['decrypt']);
  const additionalData = encoder.encode(env('PROJECT_REF'));
  const gcm = { name: 'AES-GCM', iv: sealed.slice(0, 12), additionalData };
  return jsonOf(await crypto.subtle.decrypt(gcm, key, sealed.slice(12)));
}

const unpacked = new Map();

/** Puts the files of a bundle, which never change, into a folder. */
async function unpack(slug, bundle, folder) {
  const response = await getObject(`${env('PROJECT_REF')}/~functions/${slug}/${bundle}.json`);
  if (!response.ok) throw new Error(`S3 answered ${response.status} for a bundle of the function ${slug}.`);
  const { files } = await response.json();
  for (const [path, content] of Object.entries(files)) {
    const file = `${folder}/${path}`;
    if (file.split('/').includes('..'))
      throw new Error(`The function ${slug} has a file outside its folder.`);
    await Deno.mkdir(file.slice(0, file.lastIndexOf('/')), { recursive: true });
    await Deno.writeFile(
      file,
      Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)),
    );
  }
}

async function once(folder, work) {
  if (!unpacked.has(folder)) unpacked.set(folder, work());
  try {
    await unpacked.get(folder);
  } catch (error) {
    unpacked.delete(folder);
    throw error;
  }
}

const decode = (part) =>
  Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const decodeJson = (part) => JSON.parse(new TextDecoder().decode(decode(part)));

const ALGORITHMS = {
  HS256: { name: 'HMAC', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  EdDSA: { name: 'Ed25519' },
};

/** Whether a request's JWT is this project's: signed with a key of its set, by that key's own algorithm, not expired. */
async function hasOwnToken(request) {
  const [scheme, token = ''] = (request.headers.get('authorization') ?? '').split(' ');
  const [header, payload, signature, ...more] = token.split('.');
  if (scheme !== 'Bearer' || !header || !payload || !signature || more.length > 0) return false;
  try {
    const { alg, kid } = decodeJson(header);
    const { keys } = JSON.parse(env('SUPABASE_JWKS'));
    for (const { kty, crv, x, y, n, e, k, ...named } of keys) {
      if (named.alg !== alg || (kid !== undefined && named.kid !== undefined && named.kid !== kid)) continue;
      const algorithm = ALGORITHMS[alg];
      const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y, n, e, k }, algorithm, false, [
        'verify',
      ]);
      const text = encoder.encode(`${header}.${payload}`);
      if (await crypto.subtle.verify(algorithm, key, decode(signature), text))
        return !(decodeJson(payload).exp <= Date.now() / 1000);
    }
    return false;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return false;
    throw error;
  }
}

const answer = (status, code, message) => Response.json({ code, message }, { status });

/** What Supabase tells every function; nothing else of this process's environment reaches one. */
const standardEnv = () => [
  ['SUPABASE_URL', env('SUPABASE_URL')],
  ['SUPABASE_ANON_KEY', env('SUPABASE_ANON_KEY')],
  ['SUPABASE_SERVICE_ROLE_KEY', env('SUPABASE_SERVICE_ROLE_KEY')],
  ['SUPABASE_PUBLISHABLE_KEYS', env('SUPABASE_PUBLISHABLE_KEYS')],
  ['SUPABASE_SECRET_KEYS', env('SUPABASE_SECRET_KEYS')],
  ['SUPABASE_DB_URL', env('DATABASE_URL').replace('@', `:${encodeURIComponent(env('DATABASE_PASSWORD'))}@`)],
];

/** What runs a bundle. The runtime knows workers by their folders, so secrets that change take another one. */
async function workerFor({ slug, bundle, entrypoint_path, import_map_path }) {
  const sealed = await objectOf('.secrets');
  const secrets = sealed.bytes === undefined ? {} : await openSecrets(sealed.bytes);
  const folder = `/tmp/functions/${slug}/${bundle}/${(sealed.etag ?? 'none').replaceAll(/\W/g, '')}`;
  await once(folder, () => unpack(slug, bundle, folder));
  return {
    servicePath: folder,
    maybeEntrypoint: `file://${folder}/${entrypoint_path}`,
    ...(import_map_path && { importMapPath: `${folder}/${import_map_path}` }),
    // Supabase's limits for a function: 256 MB, 2 s of CPU, 400 s in all.
    memoryLimitMb: 256,
    cpuTimeSoftLimitMs: 1_000,
    cpuTimeHardLimitMs: 2_000,
    workerTimeoutMs: 400_000,
    noModuleCache: false,
    envVars: [...standardEnv(), ...Object.entries(secrets).filter(([name]) => !name.startsWith('SUPABASE_'))],
  };
}

const SLUG = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;

/** Digests are compared, so that the time it takes tells nothing of the key. */
async function isControlPlane(request) {
  const given = await sha256(request.headers.get('x-trial-key') ?? '');
  return given === (await sha256(hex(await serviceKey('function trial'))));
}

/** Starts a bundle that is not served yet, for the control plane. */
async function trial({ slug = '', bundle = '', ...more }) {
  if (!SLUG.test(slug) || !/^[\w-]+$/.test(bundle))
    return answer(422, 'BOOT_ERROR', 'There is no such bundle.');
  const worker = await workerFor({ slug, bundle, ...more });
  try {
    await EdgeRuntime.userWorkers.create({ ...worker, forceCreate: true });
    return Response.json({ booted: true });
  } catch (error) {
    return answer(422, 'BOOT_ERROR', String(error));
  }
}

async function serve(request) {
  const { pathname, searchParams } = new URL(request.url);
  const slug = pathname.split('/')[1];
  if (slug === '_health') return Response.json({ status: 'ok' });
  if (pathname === '/_internal/trial' && (await isControlPlane(request)))
    return trial(Object.fromEntries(searchParams));
  const { bytes } = SLUG.test(slug) ? await objectOf(`${slug}/function.json`) : NOTHING;
  const published = bytes && jsonOf(bytes);
  if (published?.status !== 'ACTIVE') return answer(404, 'NOT_FOUND', 'There is no such function.');
  const checked = published.verify_jwt && request.method !== 'OPTIONS';
  if (checked && !(await hasOwnToken(request)))
    return answer(401, 'UNAUTHORIZED_INVALID_JWT_FORMAT', 'Invalid JWT');
  const worker = await EdgeRuntime.userWorkers.create({
    ...(await workerFor(published)),
    forceCreate: false,
  });
  return worker.fetch(request);
}

Deno.serve({ hostname: '127.0.0.1', port: Number(env('PORT')) }, async (request) => {
  try {
    return await serve(request);
  } catch (error) {
    const id = crypto.randomUUID();
    const slug = new URL(request.url).pathname.split('/')[1];
    const line = JSON.stringify({ level: 'error', function: slug, id, message: String(error) });
    Deno.stderr.writeSync(encoder.encode(`${line}\n`));
    return answer(500, 'WORKER_ERROR', `The function failed. The project's log has more under ${id}.`);
  }
});
