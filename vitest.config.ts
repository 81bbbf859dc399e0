import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['packages/*/test/**/*.test.ts'],
    globalSetup: ['packages/core/test/harness/postgres-server.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for may take a process of its own, on a machine that is busy.
    expect: { poll: { timeout: 10_000 } },
    // Two cores: more workers only take turns.
    maxWorkers: 2,
  },
});
