import { expect, it } from 'vitest';
import type { RegionCode } from '../contract/regions.ts';
import { cellIdSchema } from '../core/kernel/ids.ts';
import type { Cell } from '../core/project/cells.port.ts';
import { openSqliteTable } from '../drivers/sqlite/table.ts';
import { awsCells, cellKey, cellRecordSchema, readCells } from './compose-aws-cells.ts';

const [VIRGINIA, FRANKFURT] = [cellIdSchema.parse('virginia'), cellIdSchema.parse('frankfurt')];
const addressOf = (id: typeof VIRGINIA) => ({ id, digest: '0123456789abcdef' });

const outputs = {
  ...Object.fromEntries(
    Object.keys(cellRecordSchema.shape.outputs.shape).map((name) => [name, `its ${name}`]),
  ),
  TaskSubnets: 'subnet-a,subnet-b',
  DatabasePort: '5432',
};

interface Recorded extends Pick<Cell, 'postgres'> {
  readonly id: typeof VIRGINIA;
  readonly region: RegionCode;
}

async function tableOf(...records: readonly Recorded[]) {
  const table = openSqliteTable({ path: ':memory:', clock: { now: () => new Date(0) } });
  const place = { rootDomain: 'example.com', hostedZoneId: 'Z1', outputs };
  for (const record of records) {
    const item = { ...cellKey(addressOf(record.id)), data: { ...record, ...place } };
    await table.write([{ kind: 'put', item, if: 'absent' }]);
  }
  return table;
}

const DOOR = { host: 'pg.frankfurt.example.com', port: 5432 };
const deployed = await readCells(
  [addressOf(VIRGINIA), addressOf(FRANKFURT)],
  await tableOf(
    { id: VIRGINIA, region: 'us-east-1' },
    { id: FRANKFURT, region: 'eu-central-1', postgres: DOOR },
  ),
);
const cells = awsCells(deployed);

it('has what the deployment recorded, as drivers take it', () => {
  expect(deployed[0]?.aws).toMatchObject({
    id: VIRGINIA,
    taskSubnets: ['subnet-a', 'subnet-b'],
    database: { host: 'its DatabaseEndpoint', port: 5432 },
  });
});

it('leads to Postgres where the cell has a gateway, and nowhere else', () => {
  const origin = { scheme: 'https', domain: 'example.com' };
  expect(cells.get(VIRGINIA)).toEqual({ id: VIRGINIA, target: 'aws', origin });
  expect(cells.get(FRANKFURT)).toEqual({ id: FRANKFURT, target: 'aws', origin, postgres: DOOR });
});

it('places a project in its region, and in the first cell where none is named', () => {
  expect(cells.place('eu-central-1')).toMatchObject({ cell: { id: FRANKFURT }, region: 'eu-central-1' });
  expect(cells.place(undefined)).toMatchObject({ cell: { id: VIRGINIA }, region: 'us-east-1' });
  expect(cells.place('sa-east-1')).toBe(undefined);
  expect(cells.regions()).toEqual(['us-east-1', 'eu-central-1']);
});

it('does not come up where a record is missing, and says whose', async () => {
  const table = await tableOf({ id: VIRGINIA, region: 'us-east-1' });
  await expect(readCells([addressOf(VIRGINIA), addressOf(FRANKFURT)], table)).rejects.toThrow(/frankfurt/);
});
