import { supabaseAdmin } from '../../database/callers.ts';
import { startProject } from '../running-project.ts';
import { type Method, type MethodGroup, outcomesOf } from './method.ts';
import { filterMethods } from './query-filters.ts';
import { PEOPLE } from './query-schema.ts';
import { transformMethods } from './query-transforms.ts';
import { writeMethods } from './query-writes.ts';

const methods: readonly Method[] = [...filterMethods, ...transformMethods, ...writeMethods];

export const queryBuilder: MethodGroup = {
  client: 'query builder',
  names: methods.map(({ name }) => name),
  async tryAll(start = (settings) => startProject(supabaseAdmin, settings)) {
    await using project = await start({ PGRST_DB_SCHEMAS: 'public,store' });
    await project.database.sql(PEOPLE);
    return await outcomesOf(methods, { project, service: project.client('SERVICE_ROLE_KEY') });
  },
};
