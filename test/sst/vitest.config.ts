import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/sst/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Components keep what they have made in globals: one deployment to a process.
    fileParallelism: false,
    env: { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-central-1' },
  },
});
