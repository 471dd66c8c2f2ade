import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../templates/catalogue.ts';
import type { Role } from '../../contract/permissions.ts';
import { PROJECT_STATUSES, type ProjectStatus } from '../../contract/status.ts';
import { membershipSchema, userSchema } from '../organization/organization.ts';
import { wordsFor } from './life-cycle.ts';
import { permittedActions } from './permitted-actions.ts';
import { projectSchema } from './project.ts';
import { findTemplate } from './template.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const ORGANIZATION = 'abcdefghijabcdefghij';
const USER = '7c0f7d7e-1d7b-4c55-9f4e-0d9f1a3b5c6d';

function allowed(role: Role, status: ProjectStatus, template_version = '0.0.1'): readonly string[] {
  const at = NOW.toISOString();
  const user = userSchema.parse({ id: USER, email: 'ada@example.com', created_at: at });
  const membership = membershipSchema.parse({ organization: ORGANIZATION, user: USER, role });
  const project = projectSchema.parse({
    ref: 'bbbbbbbbbbbbbbbbbbbb',
    name: 'shop',
    organization: ORGANIZATION,
    region: 'us-east-1',
    cell: 'local',
    template: 'light',
    template_version,
    features: [],
    tier: 'dedicated',
    size: 'nano',
    status,
    deadline: null,
    execution: null,
    failure: null,
    generation: 1,
    created_at: at,
    updated_at: at,
  });
  const permitted = permittedActions({ user, memberships: [membership], scopes: null }, project, {
    catalogue: CATALOGUE,
    now: NOW,
  });
  for (const each of permitted) {
    if (each.allowed) expect(each.because).toBeNull();
    else expect(each.because).toMatch(/^[A-Z].*\.$/);
  }
  return permitted.filter((each) => each.allowed).map((each) => each.action);
}

describe('what may be done with a project', () => {
  it.each([
    ['administrator', 'ACTIVE_HEALTHY', ['pause', 'recover', 'restart', 'upgrade', 'delete']],
    ['administrator', 'INACTIVE', ['restore', 'delete']],
    ['administrator', 'INIT_FAILED', ['retry', 'delete']],
    ['administrator', 'COMING_UP', ['delete']],
    ['administrator', 'GOING_DOWN', []],
    ['developer', 'ACTIVE_HEALTHY', []],
    ['read_only', 'INACTIVE', []],
  ] as const)('by an %s, while it is %s', (role, status, actions) => {
    expect(allowed(role, status)).toEqual(actions);
  });

  it('is no upgrade where there is nothing newer', () => {
    const newest = findTemplate(CATALOGUE, 'light')?.version;
    expect(allowed('administrator', 'ACTIVE_HEALTHY', newest)).not.toContain('upgrade');
  });

  it.each(PROJECT_STATUSES)('has words for %s', (status) => {
    expect(wordsFor(status).label).toMatch(/^[A-Z][a-z ]+$/);
    expect(wordsFor(status).meaning).toMatch(/^[A-Z].*\.$/);
  });
});
