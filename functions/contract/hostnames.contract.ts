import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';

const customHostname = z.object({
  status: z.enum([
    '1_not_started',
    '2_initiated',
    '3_challenge_verified',
    '4_origin_setup_completed',
    '5_services_reconfigured',
  ]),
  custom_hostname: z.string(),
  data: z.object({
    success: z.boolean(),
    errors: z.array(z.json()),
    messages: z.array(z.json()),
    result: z.object({
      id: z.string(),
      hostname: z.string(),
      ssl: z.object({
        status: z.string(),
        validation_records: z.array(z.object({ txt_name: z.string(), txt_value: z.string() })),
      }),
      ownership_verification: z.object({ type: z.string(), name: z.string(), value: z.string() }),
      custom_origin_server: z.string(),
      verification_errors: z.array(z.string()).optional(),
      status: z.string(),
    }),
  }),
});

export type CustomHostnameBody = z.infer<typeof customHostname>;

/** What a name must look like is the domain's to say; here only that it is one. */
const vanityBody = z.strictObject({ vanity_subdomain: z.string().min(1, 'must not be empty').max(63) });

export const hostnameOperations = {
  getCustomHostname: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/custom-hostname',
    summary: "Get a project's custom hostname and what it still lacks",
    policy: { on: 'project', permission: 'custom_domain_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: customHostname,
  }),
  deleteCustomHostname: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/custom-hostname',
    summary: "Give up a project's custom hostname",
    policy: { on: 'project', permission: 'custom_domain_write' },
    params: refParams,
    query: z.strictObject({ remove_addon: z.enum(['true', 'false']).optional() }),
    body: none,
    status: 200,
    response: none,
  }),
  initializeCustomHostname: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/custom-hostname/initialize',
    summary: 'Ask for a custom hostname; the answer says how to prove that it is yours',
    policy: { on: 'project', permission: 'custom_domain_write' },
    params: refParams,
    query: none,
    body: z.strictObject({ custom_hostname: z.string().min(1, 'must not be empty').max(253) }),
    status: 201,
    response: customHostname,
  }),
  reverifyCustomHostname: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/custom-hostname/reverify',
    summary: 'Look for the proof that the custom hostname is yours',
    policy: { on: 'project', permission: 'custom_domain_write' },
    params: refParams,
    query: none,
    body: none,
    status: 201,
    response: customHostname,
  }),
  activateCustomHostname: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/custom-hostname/activate',
    summary: 'Serve the project under its custom hostname',
    policy: { on: 'project', permission: 'custom_domain_write' },
    params: refParams,
    query: none,
    body: none,
    status: 201,
    response: customHostname,
  }),
  getVanitySubdomain: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/vanity-subdomain',
    summary: "Get a project's vanity subdomain",
    policy: { on: 'project', permission: 'vanity_subdomain_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: z.object({
      status: z.enum(['not-used', 'custom-domain-used', 'active']),
      custom_domain: z.string().optional(),
    }),
  }),
  deleteVanitySubdomain: operation({
    method: 'DELETE',
    path: '/v1/projects/{ref}/vanity-subdomain',
    summary: "Give up a project's vanity subdomain",
    policy: { on: 'project', permission: 'vanity_subdomain_write' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: none,
  }),
  checkVanitySubdomain: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/vanity-subdomain/check-availability',
    summary: 'Tell whether a vanity subdomain is free',
    policy: { on: 'project', permission: 'vanity_subdomain_write' },
    params: refParams,
    query: none,
    body: vanityBody,
    status: 201,
    response: z.object({ available: z.boolean() }),
  }),
  activateVanitySubdomain: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/vanity-subdomain/activate',
    summary: 'Serve the project under a vanity subdomain',
    policy: { on: 'project', permission: 'vanity_subdomain_write' },
    params: refParams,
    query: none,
    body: vanityBody,
    status: 201,
    response: z.object({ custom_domain: z.string() }),
  }),
} as const;
