import type { Registry } from '../registry.ts';
import type { Source } from './source.ts';

export function ofCloudMap(registry: Registry): Source {
  return {
    list: async (ref) =>
      (await registry.find(ref)).map(({ arn }) => ({ kind: 'servicediscovery:service', name: arn })),
    refs: () => registry.refs(),
  };
}
