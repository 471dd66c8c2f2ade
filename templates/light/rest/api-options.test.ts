import { describe, expect, it } from 'vitest';
import { apiOptionsOf } from './api-options.ts';

const STARTED = { schemas: ['public'], maxRows: 1000, extraSearchPath: ['extensions'], pool: 5 };

describe('the options of the API', () => {
  it('are those it was started with where the database has none', () => {
    const { pool: _, ...options } = STARTED;
    expect(apiOptionsOf({}, STARTED)).toEqual(options);
  });

  it('are those of the database before them', () => {
    const inDatabase = {
      'pgrst.db_schemas': 'api, private',
      'pgrst.db_max_rows': '5',
      'pgrst.db_extra_search_path': '',
    };
    expect(apiOptionsOf(inDatabase, STARTED)).toEqual({
      schemas: ['api', 'private'],
      maxRows: 5,
      extraSearchPath: [],
    });
  });

  it.each(['', '-1', 'many', '1.5'])('have a limit of rows whatever the database says: "%s"', (limit) => {
    expect(apiOptionsOf({ 'pgrst.db_max_rows': limit }, STARTED).maxRows).toBe(1000);
  });
});
