import { defineConfig } from 'vitest/config';
import { WORKERS } from './emulators.ts';

export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts'],
    setupFiles: ['test/aws/own-moto.ts'],
    // One test walks through each of the outages of a life, with a dozen seconds for each.
    testTimeout: 900_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 180_000,
    maxWorkers: WORKERS,
  },
});
