import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../../test/faults/world.ts';
import { overrideReadOnly, readOnlyState } from '../core/database/read-only.ts';
import { ok } from '../core/kernel/result.ts';
import type { Project } from '../core/project/project.ts';
import { readOnlyAgain } from './read-only-again.ts';

const MINUTES = 60_000;

let world: World;
let project: Project;
/** What sessions of the database begin with. */
let setting: string;

/** A database that knows of nothing but the setting. */
const ports = () => ({
  ...world.ports,
  databases: {
    ...world.ports.databases,
    async query(_: unknown, { sql }: { readonly sql: string }) {
      setting = /default_transaction_read_only = (on|off)/.exec(sql)?.[1] ?? setting;
      return ok([{ setting }]);
    },
  },
});

beforeEach(async () => {
  world = new World();
  const { ref } = (await world.create()).project;
  await world.quiet();
  const found = await world.ports.projects.find(ref);
  if (found === undefined) throw new Error('no project');
  project = found.value;
  setting = 'on';
});

describe('a database that was read-only', () => {
  it('is so again when its time to write is over', async () => {
    await overrideReadOnly(project, world.actor, ports());
    expect(setting).toBe('off');
    expect(await readOnlyState(project, ports())).toMatchObject({
      value: { enabled: true, overrideUntil: expect.stringMatching(/^2026-01-01T00:15/) },
    });
    world.pass(14 * MINUTES);
    await readOnlyAgain(ports());
    expect(setting).toBe('off');
    world.pass(2 * MINUTES);
    await readOnlyAgain(ports());
    expect(setting).toBe('on');
    expect(await readOnlyState(project, ports())).toEqual({
      ok: true,
      value: { enabled: true, overrideUntil: undefined },
    });
    setting = 'off';
    await readOnlyAgain(ports());
    expect(setting).toBe('off');
  });

  it('waits for a project that is paused', async () => {
    await overrideReadOnly(project, world.actor, ports());
    world.pass(16 * MINUTES);
    const read = await world.ports.projects.find(project.ref);
    if (read === undefined) throw new Error('no project');
    await world.ports.projects.update(read, { ...read.value, status: 'INACTIVE' });
    await readOnlyAgain(ports());
    expect([setting, world.logged]).toEqual(['off', []]);
    const paused = await world.ports.projects.find(project.ref);
    if (paused === undefined) throw new Error('no project');
    await world.ports.projects.update(paused, { ...paused.value, status: 'ACTIVE_HEALTHY' });
    await readOnlyAgain(ports());
    expect(setting).toBe('on');
  });

  it('is left alone where it can be written to anyway', async () => {
    setting = 'off';
    await overrideReadOnly(project, world.actor, ports());
    world.pass(16 * MINUTES);
    await readOnlyAgain(ports());
    expect(setting).toBe('off');
  });
});
