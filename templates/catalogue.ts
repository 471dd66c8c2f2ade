import type { Catalogue, ProjectTemplate } from '../functions/core/project/template.ts';
import { LIGHT_SIZES } from './container.ts';
import { FULL } from './full/template.ts';
import { LIGHT_SETTINGS } from './settings/light.ts';

const LIGHT: ProjectTemplate = {
  name: 'light',
  version: '0.1.0',
  changes: [{ version: '0.1.0', change: 'The first version.' }],
  description: 'REST, Auth, Storage, Realtime and Functions on Postgres, in one process.',
  targets: ['local', 'aws'],
  services: ['db', 'rest', 'auth', 'storage', 'realtime', 'functions', 'meta'],
  metrics: true,
  sizes: LIGHT_SIZES,
  includes: ['realtime', 'presence'],
  offers: ['messaging', 'bidding'],
  packs: ['base', 'light'],
  featurePacks: { messaging: ['messaging'], bidding: ['messaging'] },
  settings: LIGHT_SETTINGS,
};

export const CATALOGUE: Catalogue = {
  standard: 'light',
  templates: [
    LIGHT,
    FULL,
    {
      ...LIGHT,
      name: 'base',
      description: 'A Postgres database with Supabase’s roles and schemas, and nothing else.',
      services: ['db'],
      metrics: false,
      includes: [],
      offers: [],
    },
    {
      ...LIGHT,
      name: 'with-postgrest',
      description: 'A Postgres database and a REST API made from its schema.',
      services: ['db', 'rest'],
      includes: [],
      offers: [],
    },
    {
      ...LIGHT,
      name: 'with-realtime',
      description: 'A Postgres database with its REST API, Auth and Realtime.',
      services: ['db', 'rest', 'auth', 'realtime'],
    },
    {
      ...LIGHT,
      name: 'with-messaging',
      description:
        'All of light, with tables and functions for rooms, messages, notifications, auctions and bids.',
      includes: [...LIGHT.includes, 'messaging', 'bidding'],
      offers: [],
    },
  ],
};
