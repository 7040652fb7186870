import type { PlainTextElement } from "@slack/types";
import { cut, visible } from "./mrkdwn.ts";

/** Slack refuses empty texts. */
export function plain(text: string, limit: number): PlainTextElement {
  return { type: "plain_text", text: cut(visible(text), limit) || "–", emoji: false };
}
