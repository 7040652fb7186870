import { count } from "../core/format.ts";
import type { ServerFault } from "../model/server/server-fault.ts";

/** Why it is not known what runs. The server's own words are in the log. */
export function troubleWords(server: string, fault: ServerFault, status: number | undefined): string {
  const answered = status === undefined ? "" : ` (it answered ${status})`;
  switch (fault) {
    case "denied":
      return `${server} does not let Drydock's account read what runs there${answered}.`;
    case "not-found":
    case "failing":
      return `${server} failed to report what runs there${answered}.`;
    case "unreachable":
      return `${server} gave no answer when Drydock asked what runs there.`;
    case "login-refused":
      return `${server} refuses Drydock's account, so Drydock does not know what runs there.`;
    case "not-the-api":
    case "unreadable":
      return `Drydock cannot use ${server}'s answer about what runs there.`;
  }
}

/** How much runs, whoever it runs on; undefined: the server does not report it. */
export function countedWords(server: string, running: number | undefined): string {
  if (running === undefined) return `${server} does not report what runs.`;
  return running === 0
    ? `No deployment runs on ${server} now.`
    : `${count(running, "deployment runs", "deployments run")} on ${server} now.`;
}
