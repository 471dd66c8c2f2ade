import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { FunctionFiles } from '../../functions/core/project/function-files.port.ts';
import type { ServiceAnswer } from '../../functions/core/project/services.port.ts';
import type { FakeCloud } from './fake-cloud.ts';

const keyOf = (slug: string, bundle: string) => `${slug}/${bundle}`;

export function fakeFunctionFiles(cloud: FakeCloud): FunctionFiles {
  return {
    async put(ref, slug, bundle, files) {
      const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
      cloud.of(ref).functions.bundles.set(keyOf(slug, bundle), sorted);
    },
    get: async (ref, slug, bundle) => cloud.projects.get(ref)?.functions.bundles.get(keyOf(slug, bundle)),
    async drop(ref, slug, bundles) {
      for (const bundle of bundles) cloud.of(ref).functions.bundles.delete(keyOf(slug, bundle));
    },
    async publish(ref, published) {
      cloud.of(ref).functions.published.set(published.slug, published);
    },
    async retract(ref, slug) {
      cloud.of(ref).functions.published.delete(slug);
    },
    async publishSecrets(ref, sealed) {
      cloud.of(ref).functions.sealed = sealed;
    },
  };
}

/** Starts what has no `throw` in its entrypoint, and cannot tell where that has `unavailable`. */
export function trialAnswer(cloud: FakeCloud, ref: ProjectRef, path: string): ServiceAnswer | undefined {
  const { pathname, searchParams: asked } = new URL(path, 'http://project.test');
  if (pathname !== '/functions/v1/_internal/trial') return undefined;
  const key = keyOf(asked.get('slug') ?? '', asked.get('bundle') ?? '');
  const files = cloud.projects.get(ref)?.functions.bundles.get(key);
  const entry = files?.find((file) => file.path === asked.get('entrypoint_path'));
  const text = Buffer.from(entry?.content ?? []).toString();
  if (text.includes('unavailable')) return { status: 503, body: '' };
  return text.includes('throw')
    ? { status: 422, body: JSON.stringify({ message: text }) }
    : { status: 200, body: '{"booted":true}' };
}
