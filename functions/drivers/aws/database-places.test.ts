import { expect, it } from 'vitest';
import { CELL } from '../../../test/fakes/aws-cell.ts';
import { newStack } from '../../../test/contracts/stack-fixture.ts';
import { scriptedAws } from '../../../test/fakes/scripted-aws.ts';
import { cellIdSchema } from '../../core/kernel/ids.ts';
import { AuroraPlaces } from './database-places.ts';
import { databaseName, resourceName, roleSuffix } from './names.ts';

const placesOn = (answer: object) => {
  const aws = scriptedAws({ 'RDS DescribeDBClusters': answer });
  return { aws, places: new AuroraPlaces([{ cell: CELL, rds: aws.clients.rds }]) };
};
const projectOf = (tier: 'pooled' | 'dedicated', cell = CELL.id) => ({ ref: newStack({}).ref, tier, cell });

it('a project that shares a cluster is there, under names that are its own', async () => {
  const { aws, places } = placesOn({});
  const project = projectOf('pooled');
  expect(await places.of(project)).toEqual({
    host: CELL.database.host,
    port: 5432,
    database: databaseName(project.ref),
    roleSuffix: roleSuffix(project.ref),
  });
  expect(await places.of({ ...project, cell: cellIdSchema.parse('elsewhere') })).toBe(undefined);
  expect(aws.calls).toEqual([]);
});

it('one that has its own is where RDS says, which is asked once', async () => {
  const { aws, places } = placesOn({ DBClusters: [{ Endpoint: 'own.example.com', Port: 5433 }] });
  const project = projectOf('dedicated');
  const place = { host: 'own.example.com', port: 5433, database: null, roleSuffix: '' };
  expect([await places.of(project), await places.of(project)]).toEqual([place, place]);
  expect(aws.inputs('RDS DescribeDBClusters')).toEqual([{ DBClusterIdentifier: resourceName(project.ref) }]);
});

it('one whose cluster is not there is nowhere, until it is', async () => {
  const gone = Object.assign(new Error('gone'), { name: 'DBClusterNotFoundFault' });
  const { places } = placesOn([gone, { DBClusters: [{ Endpoint: 'own.example.com', Port: 5432 }] }]);
  const project = projectOf('dedicated');
  expect(await places.of(project)).toBe(undefined);
  expect(await places.of(project)).toMatchObject({ host: 'own.example.com' });
});
