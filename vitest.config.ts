import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // How long `expect.poll` asks; what it waits for comes in a moment, or later on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
    // Two cores are what a CI machine has; more workers only make real Postgres clusters wait for each other.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'units',
          include: ['{functions,infra,templates,web,sdk}/**/*.test.{ts,tsx}'],
          // They change nothing that others see, and a process for each takes longer than most of them.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'systems',
          include: ['{test,examples}/**/*.test.{ts,tsx}'],
          exclude: ['**/node_modules/**', 'test/aws/**', 'test/sst/**'],
        },
      },
    ],
  },
});
