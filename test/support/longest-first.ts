import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Two files that look through all that is in a worker's memory, while that is little. Then files that wait for programs or for a browser:
 * begun last, they would keep one worker busy while the others have nothing to do.
 */
const LONG = [
  "simulation/soak",
  "projections/past-rollouts",
  "e2e/kill",
  "browser/page",
  "e2e/slack-away",
  "playground/demo",
  "e2e/secrets",
  "golden/simulation",
  "e2e/main-job",
  "e2e/approvers",
  "e2e/replicas",
  "e2e/everyday",
  "e2e/shutdown",
  "e2e/http",
  "contract/postgres-crash",
  "contract/postgres-ledger",
  "cli/init",
  "e2e/retry",
];

/** The order of the test files: the long ones first, also on a fresh checkout, where Vitest remembers no durations. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = await super.sort(files);
    return rest.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return rank < 0 ? LONG.length : rank;
}
