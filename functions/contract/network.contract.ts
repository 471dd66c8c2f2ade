import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const cidrV4 = z.cidrv4('must be a block of IPv4 addresses, as 203.0.113.0/24');
const cidrV6 = z.cidrv6('must be a block of IPv6 addresses, as 2001:db8::/32');

const blocks = z.strictObject({
  dbAllowedCidrs: z.array(cidrV4).optional(),
  dbAllowedCidrsV6: z.array(cidrV6).optional(),
});

const restrictionsOf = <Config extends z.ZodType>(config: Config) =>
  z.object({
    entitlement: z.literal('allowed'),
    config,
    status: z.literal('applied'),
    updated_at: z.string().optional(),
    applied_at: z.string().optional(),
  });

const restrictions = restrictionsOf(
  z.object({ dbAllowedCidrs: z.array(z.string()), dbAllowedCidrsV6: z.array(z.string()) }),
);
const changedRestrictions = restrictionsOf(
  z.object({ dbAllowedCidrs: z.array(z.object({ address: z.string(), type: z.enum(['v4', 'v6']) })) }),
);

const sslEnforcement = z.object({
  currentConfig: z.object({ database: z.boolean() }),
  appliedSuccessfully: z.literal(true),
});

export const networkOperations = {
  getSslEnforcement: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/ssl-enforcement',
    summary: 'Tell whether the database refuses connections without TLS',
    policy: { on: 'project', permission: 'database_ssl_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: sslEnforcement,
  }),
  updateSslEnforcement: operation({
    method: 'PUT',
    path: '/v1/projects/{ref}/ssl-enforcement',
    summary: 'Let the database refuse connections without TLS, or not',
    policy: { on: 'project', permission: 'database_ssl_config_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ requestedConfig: z.strictObject({ database: z.boolean() }) }),
    status: 200,
    response: sslEnforcement,
  }),
  getNetworkRestrictions: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/network-restrictions',
    summary: 'List the addresses from which the database takes connections',
    policy: { on: 'project', permission: 'database_network_restrictions_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: restrictions,
  }),
  changeNetworkRestrictions: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/network-restrictions',
    summary: 'Add addresses from which the database takes connections, or remove some',
    policy: { on: 'project', permission: 'database_network_restrictions_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ add: blocks.optional(), remove: blocks.optional() }),
    status: 200,
    response: changedRestrictions,
  }),
  applyNetworkRestrictions: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/network-restrictions/apply',
    summary: 'Set the addresses from which the database takes connections',
    policy: { on: 'project', permission: 'database_network_restrictions_write' },
    params: refParams,
    query: none,
    body: blocks,
    status: 201,
    response: restrictions,
  }),
  listNetworkBans: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/network-bans/retrieve',
    summary: 'List the addresses that are banned after too many wrong passwords',
    policy: { on: 'project', permission: 'database_network_bans_read' },
    params: refParams,
    query: none,
    body: none,
    status: 201,
    response: z.object({ banned_ipv4_addresses: z.array(z.string()) }),
  }),
  listNetworkBansEnriched: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/network-bans/retrieve/enriched',
    summary: 'List the banned addresses with the database that they are banned from',
    policy: { on: 'project', permission: 'database_network_bans_read' },
    params: refParams,
    query: none,
    body: none,
    status: 201,
    response: z.object({
      banned_ipv4_addresses: z.array(
        z.object({ banned_address: z.string(), identifier: z.string(), type: z.string() }),
      ),
    }),
  }),
  deleteNetworkBans: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/network-bans',
    summary: 'Lift the bans of addresses',
    policy: { on: 'project', permission: 'database_network_bans_write' },
    params: refParams,
    query: none,
    body: z.strictObject({
      // A transaction of the table has room for no more.
      ipv4_addresses: z.array(z.union([z.ipv4(), z.ipv6()], 'must be an IP address')).max(90),
      requester_ip: z.boolean().optional().meta({ description: "Lift the caller's own too" }),
      identifier: z.string().max(64).optional().meta({ description: "The project's ref, if given" }),
    }),
    status: 200,
    response: none,
  }),
} as const;
