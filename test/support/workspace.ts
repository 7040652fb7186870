import { type SlackOptions, startSlack } from "../../playground/slack/start-slack.ts";
import { startLocalSlack } from "../others/local-slack/start-local-slack.ts";
import { JudgedMessages } from "./judged-messages.ts";
import type { SuiteSlack } from "./suite-slack.ts";

/** Where `npm run test:others` has installed the packages by others; the common suite is judged by them then. */
export const OTHERS = process.env.DRYDOCK_OTHERS;

/** Our stand-in, or the workspace by others where the suite is judged by them. */
export function openWorkspace(options: SlackOptions): Promise<SuiteSlack> {
  return OTHERS ? startLocalSlack(OTHERS, options) : openStandin(options);
}

async function openStandin(options: SlackOptions): Promise<SuiteSlack> {
  const judged = new JudgedMessages();
  const standin = await startSlack({ ...options, hear: judged.hear });
  return {
    ...standin,
    standin,
    judged,
    twice: (on) => standin.faults.order({ kind: "twice", times: on ? 1_000 : 0 }),
    unacknowledged: () => standin.sockets.waiting(),
    cut: () => standin.sockets.cut(),
    connections: () => standin.sockets.sockets.size,
  };
}
