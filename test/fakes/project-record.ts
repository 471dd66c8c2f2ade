import { randomBytes } from 'node:crypto';
import { newProjectRef } from '../../functions/core/kernel/ids.ts';
import { type Project, projectSchema } from '../../functions/core/project/project.ts';

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

/** The record of a project that runs since `at`; what is not said of it is as it is for most. */
export function projectRecord(at: Date, more: Partial<Project> = {}): Project {
  const ref = newProjectRef(random);
  const instant = at.toISOString();
  return projectSchema.parse({
    ref,
    name: `project ${ref}`,
    organization: 'acme',
    region: 'eu-central-1',
    cell: 'euc1',
    template: 'light',
    template_version: '1.0.0',
    features: [],
    tier: 'pooled',
    size: 'nano',
    status: 'ACTIVE_HEALTHY',
    deadline: null,
    execution: null,
    failure: null,
    generation: 1,
    created_at: instant,
    updated_at: instant,
    ...more,
  });
}
