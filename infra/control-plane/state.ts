import { TABLE_SHAPE } from './plan/table-shape.ts';
import type { Settings } from './plan/settings.ts';

/** The control plane's one table. */
export function makeState({ production }: Settings): sst.aws.Dynamo {
  return new sst.aws.Dynamo('State', { ...TABLE_SHAPE, deletionProtection: production });
}
