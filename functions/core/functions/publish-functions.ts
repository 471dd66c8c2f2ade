import type { ProjectRef } from '../kernel/ids.ts';
import type { ProjectPorts } from '../project/ports.ts';
import { type EdgeFunction, versionOf } from '../project/function.ts';
import { sealSecrets } from './sealed-secrets.ts';

type Ports = Pick<ProjectPorts, 'functions' | 'functionFiles'>;

/**
 * Brings what is served under a name to what the record says. Whoever changes a record calls this afterwards; it looks
 * again after it has published, so that of two who do it at the same time the later record wins.
 */
export async function publishFunction(ref: ProjectRef, slug: string, ports: Ports): Promise<void> {
  for (;;) {
    const record = await ports.functions.find(ref, slug);
    await publish(ref, slug, record?.value, ports);
    if ((await ports.functions.find(ref, slug))?.version === record?.version) return;
  }
}

async function publish(
  ref: ProjectRef,
  slug: string,
  fn: EdgeFunction | undefined,
  { functionFiles }: Ports,
): Promise<void> {
  const live = fn && versionOf(fn, fn.live);
  if (fn === undefined || live === undefined) return functionFiles.retract(ref, slug);
  const { version, bundle, entrypoint_path, import_map_path } = live;
  const { status, verify_jwt } = fn;
  const published = { slug, status, verify_jwt, version, bundle, entrypoint_path, import_map_path };
  await functionFiles.publish(ref, published);
}

/** The same for all functions of a project and their secrets: what a crash has left undone is done then. */
export async function publishFunctions(
  ref: ProjectRef,
  ports: Ports & Pick<ProjectPorts, 'secrets' | 'random'>,
): Promise<void> {
  for (const { slug } of await ports.functions.all(ref)) await publishFunction(ref, slug, ports);
  await publishSecrets(ref, ports);
}

export async function publishSecrets(
  ref: ProjectRef,
  { functionFiles, secrets, random }: Pick<ProjectPorts, 'functionFiles' | 'secrets' | 'random'>,
): Promise<void> {
  for (;;) {
    const secret = await secrets.read(ref);
    if (secret === undefined) return;
    await functionFiles.publishSecrets(ref, sealSecrets(ref, secret, random));
    const again = await secrets.read(ref);
    if (JSON.stringify(again?.function_secrets) === JSON.stringify(secret.function_secrets)) return;
  }
}
