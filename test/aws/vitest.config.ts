import { defineConfig } from 'vitest/config';
import { WORKERS } from './emulators.ts';

export default defineConfig({
  test: {
    include: ['test/aws/**/*.test.ts'],
    setupFiles: ['test/aws/own-moto.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    maxWorkers: WORKERS,
  },
});
