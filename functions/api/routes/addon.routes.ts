import { addonOperations } from '../../contract/addons.contract.ts';
import { ok } from '../../core/kernel/result.ts';
import { cancelRestore } from '../../core/project/cancel-restore.ts';
import { type Route, onProject, refused } from '../route.ts';

const O = addonOperations;

export const addonRoutes: Record<keyof typeof addonOperations, Route> = {
  // Supabase's smallest size is no add-on.
  listAddons: onProject(O.listAddons, async ({ project: { value } }) =>
    ok({
      selected_addons:
        value.size === 'nano' ? [] : [{ type: 'compute_instance' as const, variant: variantOf(value.size) }],
      available_addons: [],
    }),
  ),
  applyAddon: refused(O.applyAddon),
  removeAddon: refused(O.removeAddon),
  listRestoreVersions: onProject(O.listRestoreVersions, async () =>
    ok({
      available_versions: [{ version: '17', release_channel: 'ga' as const, postgres_engine: '17' as const }],
    }),
  ),
  cancelRestore: onProject(O.cancelRestore, ({ project, actor, ports }) =>
    cancelRestore(project.value, actor, ports),
  ),
};

const variantOf = (size: string) => ({
  id: `ci_${size}`,
  name: `${size.charAt(0).toUpperCase()}${size.slice(1)}`,
  price: {
    description: 'Billed by AWS to the account of the installation',
    type: 'usage' as const,
    interval: 'hourly' as const,
    amount: 0,
  },
});
