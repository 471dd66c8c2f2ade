import type { ProjectTemplate } from '../../functions/core/project/template.ts';
import { FULL_SIZES, TOOLS_SIZE } from '../container.ts';
import { FULL_SETTINGS } from '../settings/full.ts';

export const FULL: ProjectTemplate = {
  name: 'full',
  version: '0.1.0',
  changes: [{ version: '0.1.0', change: 'The first version.' }],
  description: 'Supabase’s own containers: everything that hosted Supabase has.',
  targets: ['aws'],
  services: ['db', 'rest', 'auth', 'storage', 'realtime', 'functions', 'meta'],
  metrics: false,
  sizes: FULL_SIZES,
  tools: TOOLS_SIZE,
  includes: ['realtime', 'presence'],
  // The messaging pack builds on `realtime.messages`, which the Realtime container makes when it first runs.
  offers: [],
  packs: ['base'],
  settings: FULL_SETTINGS,
};
