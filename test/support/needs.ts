import type { TestOptions } from "vitest";
import type { Capability } from "../others/local-slack/lacks.ts";
import { OTHERS } from "./workspace.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What the workspace lacks, where the test is not run for it. */
    missing?: readonly Capability[];
  }
}

/** Says of a test what not every workspace has. On one that lacks it the test is not run, and listed at the end with the reason. */
export function needs(...capabilities: readonly Capability[]): TestOptions {
  const missing = OTHERS ? capabilities : [];
  return { skip: missing.length > 0, meta: { missing } };
}
