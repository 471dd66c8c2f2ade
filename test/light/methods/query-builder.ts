import type { MethodGroup } from './method.ts';
import { filterMethods } from './query-filters.ts';
import { PEOPLE } from './query-schema.ts';
import { transformMethods } from './query-transforms.ts';
import { writeMethods } from './query-writes.ts';

export const queryBuilder: MethodGroup = {
  client: 'query builder',
  prepare: ({ project }) => project.database.sql(PEOPLE),
  methods: [...filterMethods, ...transformMethods, ...writeMethods],
};
