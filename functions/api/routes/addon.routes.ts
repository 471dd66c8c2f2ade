import { addonOperations } from '../../contract/addons.contract.ts';
import { INSTANCE_SIZES, type InstanceSize } from '../../contract/regions.ts';
import { fail } from '../../core/kernel/errors.ts';
import { ok } from '../../core/kernel/result.ts';
import { cancelRestore } from '../../core/project/cancel-restore.ts';
import { SMALLEST, sizesOf } from '../../core/project/compute-size.ts';
import { resizeProject } from '../../core/project/resize-project.ts';
import { findTemplate } from '../../core/project/template.ts';
import { type Route, onProject } from '../route.ts';

const O = addonOperations;

export const addonRoutes: Record<keyof typeof addonOperations, Route> = {
  // Supabase's smallest size is no add-on.
  listAddons: onProject(O.listAddons, async ({ project: { value }, ports }) => {
    const template = findTemplate(ports.catalogue, value.template);
    const variants = template === undefined ? [] : sizesOf(template).filter(isAddon).map(variantOf);
    return ok({
      selected_addons: isAddon(value.size) ? [{ type: COMPUTE, variant: variantOf(value.size) }] : [],
      available_addons: variants.length === 0 ? [] : [{ type: COMPUTE, name: 'Compute size', variants }],
    });
  }),
  applyAddon: onProject(O.applyAddon, async ({ project, body, actor, ports }) => {
    const { addon_type: type, addon_variant: variant } = body;
    if (type !== COMPUTE) return THERE_WITHOUT;
    const size = INSTANCE_SIZES.find((each) => isAddon(each) && idOf(each) === variant);
    if (size !== undefined) return resizeProject(project.value, size, actor, ports);
    return fail('validation_failed', `There is no compute size "${variant}".`, {
      field: 'body.addon_variant',
      suggestion: 'GET /v1/projects/{ref}/billing/addons lists those that the project can have.',
    });
  }),
  removeAddon: onProject(O.removeAddon, async ({ project, params, actor, ports }) => {
    const { size } = project.value;
    if (isAddon(size) && idOf(size) === params.addon_variant)
      return resizeProject(project.value, SMALLEST, actor, ports);
    return fail('not_found', `The project has no add-on "${params.addon_variant}".`, {
      field: 'path.addon_variant',
      suggestion: 'GET /v1/projects/{ref}/billing/addons lists those that it has.',
    });
  }),
  listRestoreVersions: onProject(O.listRestoreVersions, async () =>
    ok({
      available_versions: [{ version: '17', release_channel: 'ga' as const, postgres_engine: '17' as const }],
    }),
  ),
  cancelRestore: onProject(O.cancelRestore, ({ project, actor, ports }) =>
    cancelRestore(project.value, actor, ports),
  ),
};

const COMPUTE = 'compute_instance' as const;

const THERE_WITHOUT = fail(
  'not_implemented',
  'Of what Supabase sells as add-ons, only compute sizes are one here.',
  {
    field: 'body.addon_type',
    suggestion: 'Custom domains and backups are there without, as far as the plan has them.',
  },
);

const isAddon = (size: InstanceSize) => size !== SMALLEST;
const idOf = (size: InstanceSize) => `ci_${size}`;

const variantOf = (size: InstanceSize) => ({
  id: idOf(size),
  name: `${size.charAt(0).toUpperCase()}${size.slice(1)}`,
  price: {
    description: 'Billed by AWS to the account of the installation',
    type: 'usage' as const,
    interval: 'hourly' as const,
    amount: 0,
  },
});
