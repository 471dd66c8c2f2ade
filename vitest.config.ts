import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{functions,infra,templates,test,web,sdk,examples}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', 'test/aws/**', 'test/sst/**'],
    testTimeout: 60_000,
    // How long `expect.poll` asks; what it waits for comes in a moment, or later on a machine that is busy.
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
    // Two cores are what a CI machine has; more workers only make real Postgres clusters wait for each other.
    maxWorkers: 2,
  },
});
