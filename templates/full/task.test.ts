import { describe, expect, test } from 'vitest';
import { projectRefSchema } from '../../functions/core/kernel/ids.ts';
import { newProjectSecret, projectSecretSchema } from '../../functions/core/project/project-secret.ts';
import { NO_SETTINGS } from '../../functions/core/project/settings/settings.ts';
import { stackKeys } from '../../functions/core/project/stack-keys.ts';
import { INTERNAL_KEYS, PROJECT_KEYS, PLACE, TASK_SIZES } from '../container.ts';
import type { Place, TaskSpec } from '../container.ts';
import { lightTask } from '../light-task.ts';
import { PROJECT_PORT } from '../project-routes.ts';
import { LIGHT_SETTINGS, lightEnvironment } from '../settings/light.ts';
import { taskDefinitionInput } from '../task-definition.ts';
import { fullTask } from './task.ts';
import { FULL } from './template.ts';
import { TOOLS_TASK } from './tools.ts';

const STACK = { template: FULL, settings: NO_SETTINGS };

const TASKS: Readonly<Record<string, TaskSpec>> = {
  full: fullTask({ tools: false }, STACK),
  'full with tools': fullTask({ tools: true }, STACK),
  tools: TOOLS_TASK,
  light: lightTask({
    version: '0.1.0',
    services: ['db', 'rest', 'auth'],
    settings: lightEnvironment({ template: { settings: LIGHT_SETTINGS }, settings: NO_SETTINGS }),
  }),
};
const tasks = Object.entries(TASKS);
const containers = tasks.flatMap(([task, { containers }]) =>
  containers.map((container) => [`${task}: ${container.name}`, container] as const),
);

/** Fargate's memory in MiB for each amount of CPU: from, to, step (AWS's task size table). */
const FARGATE: Readonly<Record<number, readonly [number, number, number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
};

test('a full project has the eight containers of Supabase', () => {
  expect(
    fullTask({ tools: false }, STACK)
      .containers.map(({ name, image }) => `${name} ${image.name}`)
      .toSorted(),
  ).toEqual([
    'auth supabase/gotrue',
    'functions supabase/edge-runtime',
    'imgproxy darthsim/imgproxy',
    'kong library/kong',
    'meta supabase/postgres-meta',
    'realtime supabase/realtime',
    'rest postgrest/postgrest',
    'storage supabase/storage-api',
  ]);
});

describe.each(tasks)('the task %s', (_, task) => {
  test('fits the Fargate sizes that it asks for', () => {
    for (const size of TASK_SIZES) {
      const { cpu, memory } = task.sizes[size];
      const [least, most, step] = FARGATE[cpu] ?? [0, 0, 1];
      expect(memory).toBeGreaterThanOrEqual(least);
      expect(memory).toBeLessThanOrEqual(most);
      expect(memory === least || memory % step === 0).toBe(true);
    }
    const sizes = TASK_SIZES.map((size) => task.sizes[size]);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a.cpu - b.cpu || a.memory - b.memory));
  });

  test('gives its containers all of it and no more', () => {
    expect(task.containers.reduce((sum, { share }) => sum + share, 0)).toBe(1000);
    for (const size of TASK_SIZES) {
      const { containerDefinitions, memory, cpu } = taskDefinitionInput(task, { ...CONTEXT, size });
      expect(containerDefinitions.reduce((sum, container) => sum + container.memory, 0)).toBeLessThanOrEqual(
        Number(memory),
      );
      expect(containerDefinitions.reduce((sum, container) => sum + container.cpu, 0)).toBeLessThanOrEqual(
        Number(cpu),
      );
    }
  });

  test('has at most ten containers, each with a name and a port of its own', () => {
    expect(task.containers.length).toBeLessThanOrEqual(10);
    expect(new Set(task.containers.map(({ name }) => name)).size).toBe(task.containers.length);
    expect(new Set(task.containers.map(({ port }) => port)).size).toBe(task.containers.length);
    expect(task.containers.filter(({ port }) => port === PROJECT_PORT)).toHaveLength(1);
  });

  test('starts its containers in an order that has an end, the one the edge reaches last', () => {
    const after = new Map(task.containers.map(({ name, after }) => [name, Object.keys(after)]));
    const started: string[] = [];
    while (started.length < after.size) {
      const ready = [...after].find(
        ([name, others]) => !started.includes(name) && others.every((other) => started.includes(other)),
      );
      expect(ready, `Who comes after ${started.join(', ')}?`).toBeDefined();
      started.push(ready?.[0] ?? '');
    }
    expect(task.containers.find(({ name }) => name === started.at(-1))?.port).toBe(PROJECT_PORT);
  });

  test('is a task definition that ECS can take', () => {
    // The largest request that RegisterTaskDefinition takes is 64 KiB.
    expect(JSON.stringify(taskDefinitionInput(task, CONTEXT)).length).toBeLessThan(65_536);
  });
});

describe.each(containers)('the container %s', (_, container) => {
  test('has an image with a version', () => {
    expect(container.image.tag).toMatch(/^v?\d+\.\d+/);
  });

  test('has no secret in its plain environment, nor one that is missing', () => {
    for (const [name, value] of Object.entries(container.environment)) {
      // The last is the name of a function.
      expect(name).not.toMatch(/(?:PASSWORD|SECRET|(?<!HOOK_CUSTOM_ACCESS_)TOKEN|(?<!ACCESS_)KEY|KEY_BASE)$/);
      expect(value).not.toMatch(/:\/\/[^/@\s:]+:[^/@\s$]+@/);
      expect(value).not.toMatch(/eyJ|sb_secret_|-----BEGIN/);
    }
    expect(Object.keys(container.environment).filter((name) => name in container.secrets)).toEqual([]);
    for (const key of Object.values(container.secrets)) expect(SECRET_KEYS).toContain(key);
  });

  test('asks for nothing that a place does not have', () => {
    const texts = [
      ...Object.values(container.environment),
      ...container.healthCheck.command,
      ...(container.command ?? []),
    ];
    const asked = texts.flatMap((text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
    expect(asked.filter((name) => !PLACE.some((known) => known === name))).toEqual([]);
  });

  test('cannot write to its image, or says why it must', () => {
    if (container.writableRoot === undefined) return;
    expect(container.writableRoot.length).toBeGreaterThan(30);
  });

  test('has time to start, and is given up after a minute of silence', () => {
    const { intervalSeconds, retries, timeoutSeconds, startSeconds, command } = container.healthCheck;
    expect(intervalSeconds * retries).toBeLessThanOrEqual(60);
    expect(timeoutSeconds).toBeLessThanOrEqual(intervalSeconds);
    // ECS's limit for the start period.
    expect(startSeconds).toBeLessThanOrEqual(300);
    expect(command.length).toBeGreaterThan(1);
  });
});

const STACK_KEYS = stackKeys(
  newProjectSecret(projectRefSchema.parse('a'.repeat(20)), {
    now: new Date(0),
    random: { bytes: (length) => new Uint8Array(length) },
  }),
);
const SECRET_KEYS: readonly string[] = [
  ...Object.keys(projectSecretSchema.shape),
  ...Object.keys(STACK_KEYS),
  ...INTERNAL_KEYS,
  ...PROJECT_KEYS,
];

const PLACE_VALUES: Place = {
  ref: 'abcdefghijklmnopqrst',
  url: 'https://abcdefghijklmnopqrst.example.com',
  region: 'eu-central-1',
  bucket: 'a-bucket',
  database_host: 'cluster.example.com',
  database_port: '5432',
  database_name: 'abcdefghijklmnopqrst',
  role_suffix: '_abcdefgh',
  tools_host: 'abcdefghijklmnopqrst-tools.cell.internal',
};

const CONTEXT = {
  family: 'baseplane-abcdefghijklmnopqrst',
  size: 'nano',
  place: PLACE_VALUES,
  secretArn: 'arn:aws:secretsmanager:eu-central-1:1:secret:baseplane/cell/abcdefghijklmnopqrst-AbCdEf',
  executionRoleArn: 'arn:aws:iam::1:role/baseplane/execution',
  taskRoleArn: 'arn:aws:iam::1:role/baseplane/abcdefghijklmnopqrst',
  logGroup: 'projects',
  registries: { supabase: 'public.ecr.aws', baseplane: 'registry.example.com' },
  tags: { 'baseplane:project': 'abcdefghijklmnopqrst' },
} as const;
