import { renderText } from "./slack/block-kit.ts";
import type { SlackMessage } from "./slack/workspace.ts";
import type { Trial } from "./trial.ts";

/** What happened to a message, as lines for a terminal. */
export function transcript(trial: Trial, kind: string, message: SlackMessage): string {
  const channel = trial.slack.workspace.channels.find((candidate) => candidate.id === message.channel)?.name;
  const place = message.only
    ? `only @${nameOf(trial, message.only)} sees`
    : message.thread
      ? `#${channel}, thread`
      : `#${channel}${kind === "edited" ? ", card edited" : ""}`;
  const text = renderText(message).replace(/<@([A-Z0-9]+)>/g, (_match, id: string) => `@${nameOf(trial, id)}`);
  return `\n[${place}]\n${text.replace(/^/gm, "    ")}`;
}

export function nameOf(trial: Trial, id: string): string {
  return trial.slack.workspace.people.find((person) => person.id === id)?.name ?? id;
}
