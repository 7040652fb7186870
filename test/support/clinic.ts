import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Deploy, type DeployOptions, startDeploy } from "../../playground/deploy/start-deploy.ts";
import { readManifest } from "../../playground/slack/manifest.ts";
import { type SlackOptions, type SlackStandin, startSlack } from "../../playground/slack/start-slack.ts";
import type { Clock } from "../../src/core/ports.ts";
import { systemClock } from "../../src/system.ts";
import { runProgram } from "./run-program.ts";

/** What is around Drydock, and what a test makes wrong in it. Left out = sound. */
export interface Given {
  readonly deploy?: DeployOptions;
  readonly slack?: SlackOptions;
  /** Changes the configuration's text. */
  readonly config?: (yaml: string, around: Around) => string;
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (around: Around) => unknown;
  readonly clock?: Clock;
}

export interface Around {
  readonly deploy: Deploy;
  readonly slack: SlackStandin;
  readonly directory: string;
  /** The ledger's file, which nobody has made yet. */
  readonly ledger: string;
}

export interface Printed {
  readonly level: string;
  readonly code: string;
  readonly about: string;
  readonly sentence: string;
  readonly remedy: string;
}

export const KEY = "a key of the tests, which is long enough";
const APP = readManifest(new URL("../../manifest.yml", import.meta.url));

/** Reads that failed are tried again at once; deadlines stay. */
const HASTY: Clock = { ...systemClock, after: (ms, task) => systemClock.after(ms < 5_000 ? 0 : ms, task) };

/** Runs `drydock doctor --json` once, against stand-ins inside this process. */
export async function examine(given: Given = {}) {
  const deploy = await startDeploy({ agents: [{ name: "web-1", relayId: "relay-1" }], ...given.deploy });
  const slack = await startSlack({ app: APP, ...given.slack });
  const directory = mkdtempSync(join(tmpdir(), "doctor-"));
  const around = { deploy, slack, directory, ledger: join(directory, "drydock.db") };
  try {
    await given.prepare?.(around);
    const file = join(directory, "drydock.yml");
    const yaml = sound(around);
    const changed = given.config?.(yaml, around) ?? yaml;
    if (given.config && changed === yaml) throw new Error("The change of the configuration changes nothing.");
    writeFileSync(file, changed);
    const env = {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      DRYDOCK_PROD_USERNAME: deploy.user,
      DRYDOCK_PROD_PASSWORD: deploy.password,
      DRYDOCK_LEDGER_KEY: KEY,
      ...given.env,
    };
    const { status, stdout, stderr } = await runProgram(
      ["doctor", "--json", "--config", file],
      env,
      given.clock ?? HASTY,
    );
    if (stderr !== "") throw new Error(stderr);
    const { findings } = JSON.parse(stdout) as { findings: readonly Printed[] };
    return { status, findings, stdout, deploy, slack };
  } finally {
    await Promise.all([deploy.stop(), slack.stop()]);
    rmSync(directory, { recursive: true, force: true });
  }
}

function sound({ deploy, slack }: Around): string {
  return `ledger: {file: ./drydock.db}
slack:
  apiUrl: "${slack.apiUrl}"
  channels: [C0ONCALL]
  operationsChannel: C0OPS
servers:
  prod:
    url: ${deploy.url}
    mode: live
    approvals: 1
    approvers:
      people: [U0BOB]
      usergroups: [S0PLATFORM]
      roles: [{role: Agent Upgrader, team: Data}]
people:
  emailDomains: [drydock.test]
  onCall: [U0CAROL]
  mapping: {U0DAVE: {prod: dave}}
`;
}
