import { dirname, join, relative, resolve } from "node:path";
import { defineConfig, type Plugin } from "vitest/config";
import { JudgedSummary } from "./test/support/judged-summary.ts";
import { DEEP } from "./test/support/runs.ts";
import { SpreadWaits } from "./test/support/spread-waits.ts";

/**
 * What the tests import of Drydock is what runs in production: the compiled files, loaded by Node and not by Vitest. That takes a tenth
 * of the processor time less. They are compiled before each run, and not while `vitest` watches.
 */
const compiled: Plugin = {
  name: "compiled",
  enforce: "pre",
  resolveId(source, importer) {
    if (!importer || !source.startsWith(".")) return undefined;
    const path = relative(import.meta.dirname, resolve(dirname(importer), source));
    if (!/^(src|commands)\/.*\.ts$/.test(path)) return undefined;
    return { id: join(import.meta.dirname, "dist", path.replace(/\.ts$/, ".js")), external: true };
  },
};

/** How V8 runs the tests: with the least work beside them, because they keep every core busy. */
const WORKER_FLAGS = [
  // What a test makes is garbage a moment later. With more room for it, cleaning up takes half the time.
  "--max-semi-space-size=32",
  // V8's own threads take the processor from other tests.
  "--v8-pool-size=1",
  // Compiling without optimising is cheap, and pays the first time.
  "--always-sparkplug",
  // Most code runs too seldom for optimising it to pay. Versions of Node after 20 do not know this flag.
  ...(process.versions.node.startsWith("20.") ? ["--interrupt-budget=1000000"] : []),
];

export default defineConfig({
  plugins: [compiled],
  test: {
    include: ["test/**/*.test.ts"],
    // They have a command of their own: npm run test:others.
    exclude: ["test/others/**"],
    globalSetup: [
      "test/support/build.global.ts",
      "test/support/browser.global.ts",
      "test/support/postgres.global.ts",
      "test/support/temporary-files.global.ts",
    ],
    reporters: ["default", new JudgedSummary()],
    server: { deps: { external: [/\/dist\//] } },
    setupFiles: DEEP ? ["test/support/deep.setup.ts"] : [],
    testTimeout: DEEP ? 60 * 60_000 : 600_000,
    hookTimeout: 180_000,
    // Of real sockets and processes, on a machine that may be busy.
    expect: { poll: { timeout: 120_000 } },
    // Loading the modules anew for each file would take as long as the tests themselves. No file changes what another one sees.
    isolate: false,
    execArgv: WORKER_FLAGS,
    // About two of them wait at any time: see SpreadWaits.
    maxWorkers: 4,
    sequence: { sequencer: SpreadWaits },
  },
});
