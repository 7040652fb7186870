import { defineConfig } from "vitest/config";
import { runsLocalSlack } from "./local-slack/program.ts";
import { Summary } from "./summary.ts";

export default defineConfig({
  test: {
    include: [
      "test/others/block-kit.test.ts",
      "test/others/emulate.test.ts",
      ...(runsLocalSlack ? ["test/e2e/*.test.ts", "test/others/local-slack.test.ts"] : []),
    ],
    globalSetup: ["test/support/build.global.ts"],
    reporters: ["default", new Summary()],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // Most of them wait for the bot, not for the processor.
    maxWorkers: 3,
  },
});
