import type { z } from 'zod';
import { networkOperations } from '../../contract/network.contract.ts';
import { type Blocks, changeBlocks, replaceBlocks } from '../../core/database/network-restrictions.ts';
import { changeAccess } from '../../core/database/change-access.ts';
import { liftBans } from '../../core/database/lift-bans.ts';
import { fail } from '../../core/kernel/errors.ts';
import { ok } from '../../core/kernel/result.ts';
import { type DatabaseAccess, databaseAccess } from '../../core/project/database-access.ts';
import { bansOf } from '../../core/project/login-failures.ts';
import { type Route, onProject } from '../route.ts';

const O = networkOperations;

export const networkRoutes: Record<keyof typeof networkOperations, Route> = {
  getSslEnforcement: onProject(O.getSslEnforcement, async ({ project, ports }) =>
    ok(renderSsl(await databaseAccess(project.value.ref, ports))),
  ),

  updateSslEnforcement: onProject(O.updateSslEnforcement, async ({ project, body, actor, ports }) => {
    const { database: sslEnforced } = body.requestedConfig;
    const asked = { action: 'project.ssl_enforcement.update', change: () => ({ sslEnforced }) };
    const changed = await changeAccess(project.value, asked, actor, ports);
    return changed.ok ? ok(renderSsl(changed.value)) : changed;
  }),

  getNetworkRestrictions: onProject(O.getNetworkRestrictions, async ({ project, ports }) =>
    ok(renderRestrictions(await databaseAccess(project.value.ref, ports))),
  ),

  changeNetworkRestrictions: onProject(
    O.changeNetworkRestrictions,
    async ({ project, body, actor, ports }) => {
      const change = changeBlocks({ add: blocksOf(body.add), remove: blocksOf(body.remove) });
      const asked = { action: 'project.network_restrictions.change', change };
      const changed = await changeAccess(project.value, asked, actor, ports);
      return changed.ok ? ok(renderTyped(changed.value)) : changed;
    },
  ),

  applyNetworkRestrictions: onProject(O.applyNetworkRestrictions, async ({ project, body, actor, ports }) => {
    const asked = { action: 'project.network_restrictions.apply', change: replaceBlocks(blocksOf(body)) };
    const changed = await changeAccess(project.value, asked, actor, ports);
    return changed.ok ? ok(renderRestrictions(changed.value)) : changed;
  }),

  listNetworkBans: onProject(O.listNetworkBans, async ({ project, ports }) => {
    const bans = await bansOf(project.value.ref, ports);
    return ok({ banned_ipv4_addresses: bans.map(({ address }) => address) });
  }),

  listNetworkBansEnriched: onProject(O.listNetworkBansEnriched, async ({ project, ports }) => {
    const { ref } = project.value;
    const bans = await bansOf(ref, ports);
    const render = ({ address }: { readonly address: string }) => ({
      banned_address: address,
      identifier: ref,
      type: 'postgres',
    });
    return ok({ banned_ipv4_addresses: bans.map(render) });
  }),

  deleteNetworkBans: onProject(O.deleteNetworkBans, async ({ project, body, actor, ports }) => {
    const { identifier = project.value.ref, ipv4_addresses: named, requester_ip: own = false } = body;
    if (identifier !== project.value.ref) {
      return fail('validation_failed', 'body.identifier: the project has no such database', {
        field: 'body.identifier',
        suggestion: "Leave it out, or give the project's ref.",
      });
    }
    await liftBans(project.value, own ? [...named, actor.ip] : named, actor, ports);
    return ok(undefined);
  }),
};

type BlocksBody = z.infer<typeof networkOperations.applyNetworkRestrictions.body>;

function blocksOf({ dbAllowedCidrs: v4, dbAllowedCidrsV6: v6 }: BlocksBody = {}): Blocks {
  return { v4, v6 };
}

function renderSsl({ sslEnforced }: DatabaseAccess) {
  return { currentConfig: { database: sslEnforced }, appliedSuccessfully: true as const };
}

function renderRestrictions({ allowedCidrs, allowedCidrsV6, changedAt }: DatabaseAccess) {
  return {
    entitlement: 'allowed' as const,
    config: { dbAllowedCidrs: [...allowedCidrs], dbAllowedCidrsV6: [...allowedCidrsV6] },
    status: 'applied' as const,
    ...(changedAt === null ? {} : { updated_at: changedAt, applied_at: changedAt }),
  };
}

/** The form that only the answer to a change has. */
function renderTyped(access: DatabaseAccess) {
  const v4 = access.allowedCidrs.map((address) => ({ address, type: 'v4' as const }));
  const v6 = access.allowedCidrsV6.map((address) => ({ address, type: 'v6' as const }));
  return { ...renderRestrictions(access), config: { dbAllowedCidrs: [...v4, ...v6] } };
}
