import type { z } from 'zod';
import type { postgresConfig } from '../contract/config-database.contract.ts';
import type { projectConfig } from '../contract/config-project.contract.ts';
import { storageConfig } from '../contract/config-services.contract.ts';
import type { SectionName } from '../contract/settings/sections.ts';
import type { DomainError } from '../core/kernel/errors.ts';
import type { DatabaseAccess } from '../core/project/database-access.ts';
import type { Values } from '../core/project/settings/settings.ts';

/** The last of storage-api's migrations that the tables of every template have in them. */
const STORAGE_MIGRATION = 'prevent-direct-deletes';

const CAPABILITIES = { list_v2: true, iceberg_catalog: false, object_versioning: false };

export function renderStorage(values: Values): z.infer<typeof storageConfig> {
  return storageConfig.parse({
    fileSizeLimit: values['file_size_limit'],
    features: {
      imageTransformation: { enabled: values['image_transformation'] },
      s3Protocol: { enabled: values['s3_protocol'] },
      purgeCache: { enabled: values['purge_cache'] },
      icebergCatalog: {
        enabled: values['iceberg_catalog'],
        maxNamespaces: values['iceberg_max_namespaces'],
        maxTables: values['iceberg_max_tables'],
        maxCatalogs: values['iceberg_max_catalogs'],
      },
      vectorBuckets: {
        enabled: values['vector_buckets'],
        maxBuckets: values['vector_max_buckets'],
        maxIndexes: values['vector_max_indexes'],
      },
    },
    capabilities: CAPABILITIES,
    external: { upstreamTarget: values['upstream_target'] },
    migrationVersion: STORAGE_MIGRATION,
    databasePoolMode: 'recycled',
  });
}

/** Where Storage's settings are in a body, by their names. */
const STORAGE_PLACES: Readonly<Record<string, readonly string[]>> = {
  file_size_limit: ['fileSizeLimit'],
  image_transformation: ['features', 'imageTransformation', 'enabled'],
  s3_protocol: ['features', 's3Protocol', 'enabled'],
  purge_cache: ['features', 'purgeCache', 'enabled'],
  iceberg_catalog: ['features', 'icebergCatalog', 'enabled'],
  iceberg_max_namespaces: ['features', 'icebergCatalog', 'maxNamespaces'],
  iceberg_max_tables: ['features', 'icebergCatalog', 'maxTables'],
  iceberg_max_catalogs: ['features', 'icebergCatalog', 'maxCatalogs'],
  vector_buckets: ['features', 'vectorBuckets', 'enabled'],
  vector_max_buckets: ['features', 'vectorBuckets', 'maxBuckets'],
  vector_max_indexes: ['features', 'vectorBuckets', 'maxIndexes'],
  upstream_target: ['external', 'upstreamTarget'],
};

export function storageChange(body: unknown): Values {
  return Object.fromEntries(
    Object.entries(STORAGE_PLACES).flatMap(([name, place]) => {
      const value = place.reduce(
        (part: unknown, key) =>
          typeof part === 'object' && part !== null
            ? Object.entries(part).find(([own]) => own === key)?.[1]
            : undefined,
        body,
      );
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, value] as const]
        : [];
    }),
  );
}

/** An error about one of Storage's settings, about the place where it is in the body. */
export function storageError(error: DomainError): DomainError {
  const place = STORAGE_PLACES[error.field?.replace('body.', '') ?? ''];
  return place === undefined ? error : { ...error, field: ['body', ...place].join('.') };
}

export function renderPostgres(values: Values): z.infer<typeof postgresConfig> {
  const set = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(set);
}

/** No connections are pooled: each is handed through. */
const NO_POOL = {
  pool_mode: 'session',
  ignore_startup_parameters: '',
  server_idle_timeout: 0,
  server_lifetime: 0,
  query_wait_timeout: 0,
  reserve_pool_size: 0,
  default_pool_size: 0,
  max_client_conn: 0,
} as const;

/** Major version of Postgres that projects get. */
const POSTGRES_VERSION = 17;

export function renderProjectConfig(
  ref: string,
  sections: Readonly<Record<Exclude<SectionName, 'pooler' | 'third_party'>, Values>>,
  { sslEnforced, allowedCidrs, allowedCidrsV6 }: DatabaseAccess,
): z.infer<typeof projectConfig> {
  const { storage } = sections;
  const { features, ...rest } = renderStorage(storage);
  const { icebergCatalog: iceberg, vectorBuckets: vector } = features;
  return {
    data: {
      type: 'project_config',
      id: ref,
      attributes: {
        database: {
          major_version: POSTGRES_VERSION,
          ssl_enforced: sslEnforced,
          network_restrictions: {
            entitlement: 'allowed',
            status: 'applied',
            allowed_cidrs: [
              ...allowedCidrs.map((address) => ({ address, type: 'v4' as const })),
              ...allowedCidrsV6.map((address) => ({ address, type: 'v6' as const })),
            ],
          },
          postgres_settings: renderPostgres(sections.postgres),
        },
        pooler: NO_POOL,
        auth: sections.auth,
        api: sections.postgrest,
        realtime: sections.realtime,
        storage: {
          file_size_limit: rest.fileSizeLimit,
          features: {
            image_transformation: features.imageTransformation,
            s3_protocol: features.s3Protocol,
            purge_cache: features.purgeCache,
            iceberg_catalog: {
              enabled: iceberg.enabled,
              max_namespaces: iceberg.maxNamespaces,
              max_tables: iceberg.maxTables,
              max_catalogs: iceberg.maxCatalogs,
            },
            vector_buckets: {
              enabled: vector.enabled,
              max_buckets: vector.maxBuckets,
              max_indexes: vector.maxIndexes,
            },
          },
          capabilities: rest.capabilities,
          upstream_target: rest.external.upstreamTarget,
          migration_version: rest.migrationVersion,
        },
      },
    },
  };
}
