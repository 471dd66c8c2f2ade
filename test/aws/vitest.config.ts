import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    // The emulators are one process each; more workers only wait for it.
    maxWorkers: 1,
  },
});
