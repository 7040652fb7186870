import { basename } from "node:path";
import type { Reporter, TestCase, TestModule, Vitest } from "vitest/node";
import { LACKS } from "./local-slack/lacks.ts";
import { runsLocalSlack } from "./local-slack/program.ts";

declare module "vitest" {
  interface TaskMeta {
    /** What a judge cannot say anything about, one sentence each. */
    notJudged?: readonly string[];
  }
}

/** Says after vitest's own summary what was judged by whom, and by name what could not be and why. */
export class Summary implements Reporter {
  #isFiltered = false;

  onInit({ config }: Vitest): void {
    this.#isFiltered = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const isOf = (name: string) => (test: TestCase) => basename(test.module.moduleId) === `${name}.test.ts`;
    const isEmulate = isOf("emulate");
    const isSchema = isOf("block-kit");
    const lines = [
      "",
      " Judged by others",
      ...(runsLocalSlack
        ? judged(
            "local-slack-linux-x64, a Slack workspace",
            tests.filter((test) => !isEmulate(test) && !isSchema(test)),
          )
        : [
            `   NOT RUN: the end-to-end suite in local-slack, which is for Linux x64 only; this is ${process.platform} ${process.arch}.`,
          ]),
      ...judged("emulate, a Web API that holds an app to its scopes", tests.filter(isEmulate)),
      ...judged("@slack/types, as the schema that judges messages in npm test", tests.filter(isSchema)),
    ];
    const silent = tests.filter((test) => test.result().state === "skipped" && !test.meta().missing?.length);
    if (silent.length > 0 && !this.#isFiltered) {
      for (const test of silent) lines.push(`   WRONG: nobody says why this was not run: ${nameOf(test)}`);
      process.exitCode = 1;
    }
    process.stdout.write(`${lines.join("\n")}\n`);
  }
}

function judged(judge: string, tests: readonly TestCase[]): readonly string[] {
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  const unserved = tests.filter((test) => test.meta().missing?.length);
  const unjudged = tests.flatMap((test) => test.meta().notJudged ?? []);
  return [
    `   ${judge}: ${count("passed")} passed, ${count("failed")} failed, ${unserved.length} that it cannot serve`,
    ...unserved.map((test) => `     - ${nameOf(test)}\n       lacks: ${(test.meta().missing ?? []).join(", ")}`),
    ...Object.entries(LACKS)
      .filter(([lack]) => unserved.some((test) => test.meta().missing?.some((missing) => missing === lack)))
      .map(([lack, reason]) => `     ${lack}: ${reason}`),
    ...unjudged.map((sentence) => `     - ${sentence}`),
  ];
}

function nameOf(test: TestCase): string {
  return `${basename(test.module.moduleId)} > ${test.fullName}`;
}
