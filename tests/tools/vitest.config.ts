import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const apart = {
  commands: 'tests/commands',
  long: 'tests/long',
  conformance: 'tests/conformance',
  bench: 'tests/bench',
} as const;

/** `vitest run` takes every test but those set apart; `--mode commands` (or another of these) takes those alone. */
export default defineConfig(({ mode }) => {
  const folder = Object.entries(apart).find(([name]) => name === mode)?.[1];
  const isApart = folder !== undefined;
  return {
    test: {
      root: fileURLToPath(new URL('../..', import.meta.url)),
      include: isApart ? [`${folder}/**/*.test.ts`] : ['tests/**/*.test.ts'],
      exclude: isApart ? [] : Object.values(apart).map((path) => `${path}/**`),
      globalSetup: ['tests/tools/build-before-tests.ts'],
      pool: 'forks',
      isolate: false,
      maxWorkers: 2,
      testTimeout: isApart ? 600_000 : 120_000,
      hookTimeout: isApart ? 600_000 : 120_000,
      restoreMocks: true,
      unstubEnvs: true,
    },
  };
});
