const KINDS: Readonly<Record<string, string>> = {
  block_actions: "button",
  view_submission: "form",
  block_suggestion: "search",
  event_callback: "event",
};

/** What kind of payload Slack sent, in one of a few words. */
export function payloadKind(body: unknown): string {
  if (typeof body !== "object" || body === null) return "other";
  if ("command" in body) return "command";
  return ("type" in body && KINDS[String(body.type)]) || "other";
}
