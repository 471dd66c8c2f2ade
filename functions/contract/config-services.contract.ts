import { z } from 'zod';
import { none, operation } from './operation.ts';
import { refParams } from './path.contract.ts';
import { SECTIONS } from './settings/sections.ts';
import { answerShape, changeShape } from './settings/setting.ts';

const postgrestConfig = z.object(answerShape(SECTIONS.postgrest));
const storageChange = changeShape(SECTIONS.storage);
const realtimeConfig = z.object(answerShape(SECTIONS.realtime));

const switchable = z.object({ enabled: z.boolean() });
const storageFeatures = {
  imageTransformation: switchable,
  s3Protocol: switchable,
  purgeCache: switchable,
  icebergCatalog: switchable.extend({ maxNamespaces: z.int(), maxTables: z.int(), maxCatalogs: z.int() }),
  vectorBuckets: switchable.extend({ maxBuckets: z.int(), maxIndexes: z.int() }),
};

export const storageConfig = z.object({
  fileSizeLimit: z.int(),
  features: z.object(storageFeatures),
  capabilities: z.object({
    list_v2: z.boolean(),
    iceberg_catalog: z.boolean(),
    object_versioning: z.boolean(),
  }),
  external: z.object({ upstreamTarget: z.enum(['main', 'canary']) }),
  migrationVersion: z.string(),
  databasePoolMode: z.string(),
});

const optionalFeatures = Object.fromEntries(
  Object.entries(storageFeatures).map(([name, shape]) => [name, z.strictObject(shape.shape).optional()]),
);

const storageBody = z.strictObject({
  fileSizeLimit: storageChange['file_size_limit'],
  features: z.strictObject(optionalFeatures).optional(),
  external: z.strictObject({ upstreamTarget: z.enum(['main', 'canary']) }).optional(),
});

export const serviceConfigOperations = {
  getPostgrestConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/postgrest',
    summary: "Get the settings of a project's REST API",
    policy: { on: 'project', permission: 'data_api_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: postgrestConfig,
  }),
  updatePostgrestConfig: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/postgrest',
    summary: "Change settings of a project's REST API",
    policy: { on: 'project', permission: 'data_api_config_write' },
    params: refParams,
    query: none,
    body: z.strictObject(changeShape(SECTIONS.postgrest)),
    status: 200,
    response: postgrestConfig,
  }),
  getStorageConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/storage',
    summary: "Get the settings of a project's Storage",
    policy: { on: 'project', permission: 'storage_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: storageConfig,
  }),
  updateStorageConfig: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/config/storage',
    summary: "Change settings of a project's Storage",
    policy: { on: 'project', permission: 'storage_config_write' },
    params: refParams,
    query: none,
    body: storageBody,
    status: 200,
    response: none,
  }),
  getRealtimeConfig: operation({
    method: 'GET',
    path: '/v1/projects/{ref}/config/realtime',
    summary: "Get the settings of a project's Realtime",
    policy: { on: 'project', permission: 'realtime_config_read' },
    params: refParams,
    query: none,
    body: none,
    status: 200,
    response: realtimeConfig,
  }),
  updateRealtimeConfig: operation({
    method: 'PATCH',
    path: '/v1/projects/{ref}/config/realtime',
    summary: "Change settings of a project's Realtime",
    policy: { on: 'project', permission: 'realtime_config_write' },
    params: refParams,
    query: none,
    body: z.strictObject(changeShape(SECTIONS.realtime)),
    status: 204,
    response: none,
  }),
  shutdownRealtime: operation({
    method: 'POST',
    path: '/v1/projects/{ref}/config/realtime/shutdown',
    summary: "End all connections to a project's Realtime",
    policy: { on: 'project', permission: 'realtime_config_write' },
    params: refParams,
    query: none,
    body: none,
    status: 204,
    response: none,
  }),
} as const;
