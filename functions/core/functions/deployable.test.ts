import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../templates/catalogue.ts';
import { PROJECT_STATUSES } from '../../contract/status.ts';
import { deployable } from './deployable.ts';

const WITHOUT_ROOM = ['COMING_UP', 'INIT_FAILED', 'GOING_DOWN', 'REMOVED'];

describe('functions', () => {
  it.each(PROJECT_STATUSES)('of a project that is %s can be changed while it has room for them', (status) => {
    const may = deployable({ template: 'light', status }, { catalogue: CATALOGUE });
    expect(may.ok).toBe(!WITHOUT_ROOM.includes(status));
  });

  it.each(CATALOGUE.templates.map(({ name, services }) => ({ name, has: services.includes('functions') })))(
    'of the template $name: $has',
    ({ name, has }) => {
      const may = deployable({ template: name, status: 'ACTIVE_HEALTHY' }, { catalogue: CATALOGUE });
      expect(may.ok).toBe(has);
    },
  );
});
