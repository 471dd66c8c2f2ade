import { readFileSync, globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Each room with the rooms it may import from; its own is always allowed. Longest prefix decides. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'functions/contract': [],
  'functions/core/kernel': ['functions/contract'],
  'functions/core/organization': ['functions/core/kernel', 'functions/contract'],
  'functions/core/project': ['functions/core/kernel', 'functions/core/organization', 'functions/contract'],
  'functions/core/jobs': ['functions/core/kernel', 'functions/contract'],
  'functions/core/usage': [
    'functions/core/database',
    'functions/core/kernel',
    'functions/core/organization',
    'functions/core/project',
    'functions/contract',
  ],
  'functions/core/billing': [
    'functions/core/kernel',
    'functions/core/organization',
    'functions/core/usage',
    'functions/contract',
  ],
  'functions/core/metrics': [
    'functions/core/jobs',
    'functions/core/kernel',
    'functions/core/project',
    'functions/core/usage',
    'functions/contract',
  ],
  'functions/core/logs': ['functions/core/kernel', 'functions/core/project', 'functions/contract'],
  'functions/core/database': [
    'functions/core/kernel',
    'functions/core/organization',
    'functions/core/project',
    'functions/contract',
  ],
  'functions/core/functions': [
    'functions/core/kernel',
    'functions/core/organization',
    'functions/core/project',
    'functions/contract',
  ],
  'functions/core/branches': [
    'functions/core/kernel',
    'functions/core/organization',
    'functions/core/project',
    'functions/core/database',
    'functions/core/functions',
    'functions/contract',
  ],
  'functions/core/claims': [
    'functions/core/kernel',
    'functions/core/organization',
    'functions/core/project',
    'functions/core/database',
    'functions/contract',
  ],
  'functions/workflows': ['functions/core', 'functions/contract'],
  'functions/jobs': ['functions/core', 'functions/contract', 'functions/workflows'],
  'functions/api': ['functions/core', 'functions/contract', 'functions/workflows'],
  'functions/drivers': ['functions/core', 'functions/contract', 'functions/workflows'],
  'functions/runtime': [
    'functions/api',
    'functions/contract',
    'functions/core',
    'functions/drivers',
    'functions/jobs',
    'functions/workflows',
    'package.json',
    'templates/catalogue.ts',
    'templates/database',
    'templates/container.ts',
    'templates/full',
    'templates/light-task.ts',
    'templates/project-routes.ts',
    'templates/settings',
    'templates/task-definition.ts',
  ],
  'infra/local': [
    'functions/runtime',
    'functions/core',
    'functions/contract',
    'infra/postgres-gateway',
    'templates/project-routes.ts',
  ],
  'infra/postgres-gateway': [
    'functions/contract/postgres-gateway.ts',
    'functions/contract/status.ts',
    'functions/core/kernel',
    'functions/core/project/postgres-admission.ts',
  ],
  'infra/cell': [
    'functions/core/kernel/result.ts',
    'functions/contract',
    'functions/workflows',
    'templates/project-routes.ts',
  ],
  'infra/control-plane': [
    'infra/cell/postgres-gateway/domain.ts',
    'infra/cell/postgres-gateway/parameter-names.ts',
    'functions/core/kernel/result.ts',
    'functions/core/project/workflows.port.ts',
    'functions/contract',
    'functions/workflows',
  ],
  'templates/catalogue.ts': [
    'functions/core/project/template.ts',
    'templates/full',
    'templates/settings',
    'templates/container.ts',
  ],
  'templates/settings': [
    'functions/contract/settings',
    'functions/core/project/settings',
    'functions/core/project/stack.ts',
    'functions/core/project/template.ts',
  ],
  'templates/full': [
    'templates/container.ts',
    'templates/project-routes.ts',
    'templates/settings',
    'functions/core/project/settings',
    'functions/core/project/project-secret.ts',
    'functions/core/project/sign-token.ts',
    'functions/core/project/stack-keys.ts',
    'functions/core/project/template.ts',
  ],
  'templates/light-task.ts': [
    'templates/container.ts',
    'templates/settings',
    'templates/project-routes.ts',
    'functions/core/project/template.ts',
  ],
  'templates/task-definition.ts': ['templates/container.ts', 'functions/core/project'],
  'templates/container.ts': [
    'functions/core/project/project-secret.ts',
    'functions/core/project/stack-keys.ts',
    'functions/core/project/settings',
    'functions/core/project/template.ts',
  ],
  'templates/project-routes.ts': [],
  'templates/database': [],
  'templates/light': [],
  web: ['functions/contract'],
  sdk: ['functions/contract'],
};

const roomOf = (file: string) =>
  Object.keys(ROOMS)
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];

/** Where Lambda comes in: a few lines that hand the event to what the runtime has composed. */
const isEntry = (file: string) => /\.lambda\.ts$|\/lambda\.ts$/.test(file);

const within = (file: string, place: string) => file === place || file.startsWith(`${place}/`);

const files = globSync('{functions,infra,templates,web,sdk}/**/*.{ts,tsx}', { cwd: ROOT }).filter(
  (file) => !file.endsWith('.test.ts') && !file.includes('node_modules'),
);

/** Relative imports, re-exports and dynamic imports, as paths from the root. */
function importsOf(file: string): readonly string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)].map((match) =>
    relative(ROOT, join(ROOT, dirname(file), match[1] ?? '')),
  );
}

describe('the direction of dependencies', () => {
  it('holds a room for every source file', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  it('is kept by every import', () => {
    const breaches = files.flatMap((file) => {
      const room = roomOf(file) ?? '';
      return importsOf(file)
        .filter(
          (target) =>
            !within(target, room) &&
            !(ROOMS[room] ?? []).some((allowed) => within(target, allowed)) &&
            !(isEntry(file) && within(target, 'functions/runtime')),
        )
        .map((target) => `${file} → ${target}`);
    });
    expect(breaches).toEqual([]);
  });

  it('leaves the entry files of Lambda no room for more than handing over', () => {
    const entries = files.filter(isEntry);
    expect(entries).not.toEqual([]);
    for (const file of entries) {
      expect(readFileSync(join(ROOT, file), 'utf8').split('\n').length).toBeLessThanOrEqual(40);
    }
  });

  it('names the drivers in runtime/compose alone', () => {
    const naming = files.filter(
      (file) =>
        roomOf(file) !== 'functions/drivers' && importsOf(file).some((to) => within(to, 'functions/drivers')),
    );
    expect(naming.filter((file) => !/^functions\/runtime\/compose[\w-]*\.ts$/.test(file))).toEqual([]);
  });

  it('keeps process.env to the runtime and the entry files', () => {
    const reading = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('process.env'));
    const allowed = ['infra/local/main.ts', 'infra/postgres-gateway/main.ts', 'templates/light/main.ts'];
    expect(
      reading.filter((file) => !file.startsWith('functions/runtime/') && !allowed.includes(file)),
    ).toEqual([]);
  });
});

describe('the size of things', () => {
  const lines = (file: string) => readFileSync(join(ROOT, file), 'utf8').split('\n').length;

  it('keeps every file under 350 lines and most under 80', () => {
    const sizes = files.map(lines).toSorted((a, b) => a - b);
    expect(sizes.at(-1)).toBeLessThanOrEqual(350);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(80);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThan(200);
  });
});
