import { randomBytes } from 'node:crypto';
import { cellIdSchema, newProjectRef } from '../../functions/core/kernel/ids.ts';
import { newProjectSecret, type ProjectSecret } from '../../functions/core/project/project-secret.ts';
import { NO_SETTINGS, type Values } from '../../functions/core/project/settings/settings.ts';
import type { Stack } from '../../functions/core/project/stack.ts';
import type { ProjectTemplate } from '../../functions/core/project/template.ts';

export const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };
export const clock = { now: () => new Date() };

const LIGHT: ProjectTemplate = {
  name: 'light',
  version: '1.0.0',
  changes: [],
  description: 'For tests.',
  targets: ['local', 'aws'],
  services: ['db', 'rest', 'auth'],
  metrics: true,
  sizes: { nano: { cpu: 256, memory: 512 } },
  includes: [],
  offers: [],
  packs: ['base', 'light'],
  settings: {},
};

/** A project that nothing exists of yet. */
export function newStack(given: Partial<Stack> = {}): Stack {
  return {
    ref: newProjectRef(random),
    organization: 'acme',
    cell: cellIdSchema.parse('local'),
    template: LIGHT,
    features: [],
    tier: 'pooled',
    size: 'nano',
    generation: 1,
    tools: false,
    settings: NO_SETTINGS,
    refusals: [],
    ...given,
  };
}

export function withServices(stack: Stack, services: ProjectTemplate['services']): Stack {
  return { ...stack, template: { ...stack.template, services } };
}

export function newSecret(stack: Stack): ProjectSecret {
  return newProjectSecret(stack.ref, { now: clock.now(), random });
}

export function withPostgres(stack: Stack, values: Values): Stack {
  return { ...stack, settings: { ...stack.settings, postgres: { values, secrets: [] } } };
}
