import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/e2e/*.test.ts", "test/others/*.test.ts"],
    globalSetup: ["test/support/build.global.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
