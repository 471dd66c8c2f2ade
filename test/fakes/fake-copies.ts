import { TransientError } from '../../functions/core/kernel/errors.ts';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import type { Copies } from '../../functions/core/project/copies.port.ts';
import type { FakeCloud } from './fake-cloud.ts';

/** Copies that are known by what they are of. The first call begins one, the next one finds it done. */
export function fakeCopies(cloud: FakeCloud): Copies {
  const databaseOf = (ref: ProjectRef) => {
    const database = cloud.projects.get(ref)?.database;
    if (database === undefined) throw new TransientError(`there is no database of ${ref}`);
    return database;
  };
  return {
    async database({ ref }, from) {
      const project = cloud.of(ref);
      if (project.database !== undefined) return true;
      const { packs } = databaseOf(from.ref);
      project.database = { state: 'stopped', packs, logins: [], copyOf: from.ref };
      return false;
    },
    async files({ ref }, from) {
      databaseOf(ref);
      const project = cloud.of(ref);
      if (project.filesOf !== undefined) return true;
      project.objects = true;
      project.filesOf = from.ref;
      return false;
    },
  };
}
