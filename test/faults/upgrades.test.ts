import { beforeEach, describe, expect, it } from 'vitest';
import type { ProjectRef } from '../../functions/core/kernel/ids.ts';
import { PortError } from '../../functions/core/kernel/errors.ts';
import { beginTransition } from '../../functions/core/project/begin-transition.ts';
import { upgradeTemplate } from '../../functions/core/project/upgrade-template.ts';
import { reconcile } from '../../functions/jobs/reconcile.ts';
import { CATALOGUE } from '../../templates/catalogue.ts';
import { OLD, age } from './age.ts';
import { World } from './world.ts';

const NEWEST = CATALOGUE.templates[0]?.version;

describe('a project of an older version of its template', () => {
  let world: World;
  let ref: ProjectRef;
  beforeEach(async () => {
    world = new World();
    ({ ref } = (await world.create()).project);
    await world.quiet();
    await age(world, ref);
  });

  const record = async () => {
    const read = await world.ports.projects.find(ref);
    if (read === undefined) throw new Error('the project is gone');
    return read.value;
  };
  const upgrade = async () => upgradeTemplate(await record(), world.actor, world.ports);
  const running = () =>
    [...(world.cloud.projects.get(ref)?.stacks ?? [])].map(([n, { version }]) => [n, version]);
  const stepsDone = async () => {
    const { execution } = await record();
    const events = await world.ports.projects.events(ref, execution ?? undefined);
    return events.map(({ step }) => step);
  };

  it('is brought to the newest one, its database first', async () => {
    const begun = await upgrade();
    expect(begun).toMatchObject({
      value: { status: 'UPGRADING', template_version: OLD, coming_version: NEWEST },
    });
    await world.quiet();
    expect(await record()).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      template_version: NEWEST,
      coming_version: null,
      failure: null,
    });
    expect(running()).toEqual([[2, NEWEST]]);
    const steps = await stepsDone();
    expect(steps.slice(0, 5)).toEqual([
      'start-database',
      'await-database',
      'upgrade-database',
      'configure-database',
      'deploy-stack',
    ]);
    const { items } = await world.table.query({
      pk: `ORGANIZATION#${(await record()).organization}`,
      prefix: 'AUDIT#',
    });
    expect(items.map(({ data }) => data)).toContainEqual(
      expect.objectContaining({
        action: 'project.upgrade',
        subject: ref,
        details: { from: OLD, to: NEWEST },
      }),
    );
  });

  it('stays what it is when the new stack does not get healthy, and may be upgraded later', async () => {
    world.cloud.sickly.add(2);
    await upgrade();
    await world.quiet();
    expect(await record()).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      template_version: OLD,
      coming_version: null,
      generation: 1,
      failure: expect.stringMatching(/^Not healthy yet: /),
    });
    expect(running()).toEqual([[1, OLD]]);
    world.cloud.sickly.clear();
    await upgrade();
    await world.quiet();
    expect(await record()).toMatchObject({ template_version: NEWEST, failure: null });
    expect(running()).toEqual([[2, NEWEST]]);
  });

  it('stays what it is when its database does not take the SQL', async () => {
    const error = new PortError('The database script light/00-roles.sql failed.');
    world.fail(({ port, method }) =>
      port === 'databases' && method === 'bootstrap' ? { at: 'before', error } : undefined,
    );
    await upgrade();
    await world.quiet();
    expect(await record()).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      template_version: OLD,
      failure: error.message,
    });
    expect(running()).toEqual([[1, OLD]]);
  });

  it.each(['restart', 'pause'] as const)(
    'gets the newest one with a new stack: after a %s',
    async (request) => {
      await beginTransition(ref, request, world.actor, world.ports);
      await world.quiet();
      if (request === 'pause') {
        expect(await record()).toMatchObject({ status: 'INACTIVE', template_version: OLD });
        await beginTransition(ref, 'restore', world.actor, world.ports);
        await world.quiet();
      }
      expect(await record()).toMatchObject({ status: 'ACTIVE_HEALTHY', template_version: NEWEST });
      expect(running().map(([, version]) => version)).toEqual([NEWEST]);
      expect(world.cloud.of(ref).database?.version).toBe(NEWEST);
    },
  );

  it('is of the newest one when its processes have been lost, and is told so', async () => {
    world.crash();
    world.cloud.loseProcesses();
    await reconcile('start', world.ports);
    await world.quiet();
    expect(await record()).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      template_version: NEWEST,
      coming_version: null,
    });
    expect(running()).toEqual([[1, NEWEST]]);
    expect(world.cloud.of(ref).database?.version).toBe(NEWEST);
  });

  it('is left alone when its services are there: no one gets a version that was not asked for', async () => {
    await reconcile('start', world.ports);
    await world.quiet();
    expect(await record()).toMatchObject({ status: 'ACTIVE_HEALTHY', template_version: OLD });
    expect(running()).toEqual([[1, OLD]]);
    expect(world.cloud.of(ref).database?.version).toBe(OLD);
  });

  it('is of the newest one when an upgrade that had died is past its deadline', async () => {
    await upgrade();
    world.crash();
    expect((await record()).status).toBe('UPGRADING');
    world.pass(2 * 3_600_000);
    await reconcile('tick', world.ports);
    await world.quiet();
    expect(await record()).toMatchObject({ status: 'ACTIVE_HEALTHY', template_version: NEWEST });
  });

  it('is refused a second upgrade at a time, and one to what it is', async () => {
    await upgrade();
    expect(await upgrade()).toMatchObject({
      error: { code: 'illegal_transition', message: 'Cannot upgrade a project that is UPGRADING.' },
    });
    await world.quiet();
    expect(await upgrade()).toMatchObject({
      error: { code: 'conflict', message: 'It is the newest version of its template.' },
    });
  });

  it('is never brought back to an older one', async () => {
    await age(world, ref, '99.0.0');
    expect(await upgrade()).toMatchObject({ error: { code: 'conflict' } });
    await beginTransition(ref, 'restart', world.actor, world.ports);
    await world.quiet();
    expect(await record()).toMatchObject({
      status: 'ACTIVE_HEALTHY',
      template_version: '99.0.0',
      failure: `The project has version 99.0.0 of the template "light", and the newest that is here is ${NEWEST}. Go back to a Baseplane that has this version.`,
    });
    expect(running()).toEqual([[1, '99.0.0']]);
    expect(world.cloud.of(ref).database?.version).toBe('99.0.0');
  });
});
