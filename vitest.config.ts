import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";
import { DEEP } from "./test/support/runs.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // They have a command of their own: npm run test:others.
    exclude: ["test/others/**"],
    globalSetup: [
      "test/support/build.global.ts",
      "test/support/browser.global.ts",
      "test/support/temporary-files.global.ts",
    ],
    // The compiled Drydock is loaded as it is.
    server: { deps: { external: [/\/dist\//] } },
    setupFiles: DEEP ? ["test/support/deep.setup.ts"] : [],
    testTimeout: DEEP ? 60 * 60_000 : 600_000,
    hookTimeout: 180_000,
    // Loading the modules anew for each file would take as long as the tests themselves. No file changes what another one sees.
    isolate: false,
    // Some wait for the bot, not for the processor.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
  },
});
