import type { Reporter, TestModule } from "vitest/node";

/** Says after a run how many of Drydock's messages were judged, and how many refused. */
export class JudgedSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const all = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.meta().judgedMessages));
    const total = (what: "judged" | "refused") => all.reduce((sum, counts) => sum + (counts?.[what] ?? 0), 0);
    if (total("judged") === 0) return;
    process.stdout.write(
      ` Messages and views that Drydock sent to Slack: ${total("judged")} judged by Slack's types and by the stand-in's limits, ${total("refused")} refusals\n`,
    );
  }
}
