import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Two files that look through all that is in a worker's memory, while that is little. */
const FIRST = ["simulation/soak", "projections/past-rollouts"];

/** Files that wait for programs, a browser or a database most of the time, the longest first. */
const WAITING = [
  "e2e/kill",
  "browser/page",
  "e2e/slack-away",
  "e2e/secrets",
  "e2e/replicas",
  "e2e/rolling-update",
  "e2e/approvers",
  "contract/postgres-duties",
  "playground/demo",
  "e2e/shutdown",
  "contract/postgres-ledger",
  "contract/postgres-crash",
  "browser/manners",
  "browser/lines",
  "contract/postgres-stores",
  "e2e/http",
  "cli/shared-ledger",
  "cli/init",
];

/** How many wait at the beginning, and how many other files come before the next one that waits. */
const AT_ONCE = 2;
const BETWEEN = 5;

/**
 * The order of the test files. Of four workers about two wait and two keep the processor busy: if all wait it has nothing to do, and if
 * none waits they take it from each other, which costs a tenth more of its time.
 */
export class SpreadWaits extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const all = await super.sort(files);
    const first = named(FIRST, all);
    const waiting = named(WAITING, all);
    const others = all.filter((file) => !first.includes(file) && !waiting.includes(file));
    const sorted = [...first, ...waiting.splice(0, AT_ONCE)];
    while (others.length > 0) sorted.push(...others.splice(0, BETWEEN), ...waiting.splice(0, 1));
    return [...sorted, ...waiting];
  }
}

function named(names: readonly string[], files: readonly TestSpecification[]): TestSpecification[] {
  return names.flatMap((name) => files.filter(({ moduleId }) => moduleId.endsWith(`/test/${name}.test.ts`)));
}
