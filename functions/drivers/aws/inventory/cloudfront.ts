import type { CloudFrontHostnames } from '../hostnames.ts';
import type { Source } from './source.ts';

/** Distribution tenants: global, and so in no region's index of tags. */
export function ofCloudFront(hostnames: CloudFrontHostnames): Source {
  return {
    list: async (ref) =>
      (await hostnames.list({ ref })).map((name) => ({ kind: 'cloudfront:distribution-tenant', name })),
    refs: () => Promise.resolve([]),
  };
}
