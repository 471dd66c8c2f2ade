import { describe, expect, it } from 'vitest';
import { awsError, type Script, scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { databaseConfiguration } from '../../core/project/settings/database-configuration.ts';
import { DataApi } from './data-api.ts';
import { configureDatabase } from './database-settings.ts';

const EXECUTE = 'RDSData ExecuteStatement';
const ADDRESS = { database: 'project_a', roleSuffix: '_a' };

const settingsOf = (postgres: Readonly<Record<string, string | number>>, maxRows?: number) => ({
  settings: {
    ...newStack().settings,
    postgres: { values: postgres, secrets: [] },
    postgrest: { values: maxRows === undefined ? {} : { max_rows: maxRows }, secrets: [] },
  },
});

/** Rows of names and values, as the Data API answers them. */
const rows = (values: Readonly<Record<string, string>>) => ({
  columnMetadata: [
    { name: 'name', typeName: 'text' },
    { name: 'value', typeName: 'text' },
  ],
  records: Object.entries(values).map(([name, value]) => [{ stringValue: name }, { stringValue: value }]),
});

function configure(script: Script, stack: ReturnType<typeof settingsOf>) {
  const aws = scriptedAws(script);
  const login = { clusterArn: 'arn:cluster', secretArn: 'arn:secret', database: ADDRESS.database };
  const done = configureDatabase(
    new DataApi(aws.clients.rdsData, login),
    ADDRESS,
    databaseConfiguration(stack),
  );
  const statements = () =>
    aws
      .inputs(EXECUTE)
      .map((input) => ('sql' in input ? String(input.sql).replaceAll(/\s+/g, ' ').trim() : ''));
  return { done, changes: () => statements().filter((sql) => !sql.startsWith('select')) };
}

describe('the settings of a database on Aurora', () => {
  it('are those of the project’s database and of its own role for REST', async () => {
    const answers = [rows({}), {}, {}, rows({}), {}, {}, {}];
    const { done, changes } = configure(
      { [EXECUTE]: answers },
      settingsOf({ work_mem: '8MB', statement_timeout: '9s' }, 7),
    );
    expect(await done).toMatchObject({ ok: true });
    expect(changes()).toEqual([
      "alter database project_a set work_mem = '8MB'",
      "alter database project_a set statement_timeout = '9s'",
      "alter role authenticator_a in database project_a set pgrst.db_max_rows = '7'",
      "notify pgrst, 'reload config'",
      "notify pgrst, 'reload schema'",
    ]);
  });

  it('are left alone where they are so already, and taken back where they are not wanted', async () => {
    const answers = [
      rows({ work_mem: '8MB', statement_timeout: '9s' }),
      {},
      rows({ 'pgrst.db_max_rows': '7' }),
    ];
    const { done, changes } = configure({ [EXECUTE]: answers }, settingsOf({ work_mem: '8MB' }, 7));
    expect(await done).toMatchObject({ ok: true });
    expect(changes()).toEqual(['alter database project_a reset statement_timeout']);
  });

  it('are refused in Postgres’s own words', async () => {
    const said = 'ERROR: invalid value for parameter "work_mem": "8XB"; SQLState: 22023';
    const answers = [rows({}), awsError('DatabaseErrorException', said)];
    const { done } = configure({ [EXECUTE]: answers }, settingsOf({ work_mem: '8XB' }));
    expect(await done).toMatchObject({
      ok: false,
      error: { message: 'Postgres says: invalid value for parameter "work_mem": "8XB".' },
    });
  });
});
