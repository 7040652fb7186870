import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SLACK_CODES } from "../../src/adapters/slack/error-kind.ts";

/** Rooms that know no Slack; the configuration checks ids where they are typed, and a page begins with its doctype. */
const ROOMS = ["src", "commands"];
const ALLOWED = ["src/adapters/slack/", "src/config/", "src/features/audit/report/report-page.ts"];

/** Words of ours that Slack shares, or that others use too. */
const OURS = ["unreachable", "closing"];
const CODES = Object.values(SLACK_CODES)
  .flat()
  .filter((code) => !OURS.includes(code));

const RULES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["an error code of Slack's", new RegExp(`["'\`](?:${CODES.join("|")}|restricted_action\\w*)["'\`]`)],
  ["what Slack's ids look like", /\[[A-Z]{1,5}\](?:\[A-Z0-9\]|\/|\.test)/],
  ["how Slack writes a mention or a link", /(?<!\(\?)<[@#!](?!-)|<https?:|<mailto:|subteam\^/],
  ["how Slack escapes text", /&(?:amp|lt|gt);/],
  ["a word of Block Kit", /mrkdwn|plain_text|block_id|action_id|private_metadata|trigger_id|response_url/],
  [
    "a scope or a token of Slack's",
    /\b(?:chat|channels|files|groups|im|connections|usergroups|users):(?:read|write|history)|xoxb-|xapp-/,
  ],
  ["a limit of Slack's", /Slack (?:takes|shows|opens|accepts|allows|counts)\b[^.$\n]*\b\d/],
];

function broken(text: string): readonly string[] {
  return RULES.flatMap(([what, pattern]) => (pattern.test(text) ? [what] : []));
}

test.each([
  ["an error code of Slack's", 'if (error.code === "channel_not_found") return;'],
  ["an error code of Slack's", 'const CLOSED = new Set(["is_archived"]);'],
  ["what Slack's ids look like", "return /^[DUW]/.test(channel);"],
  ["what Slack's ids look like", "/^S[A-Z0-9]{2,}$/.test(x) || /^[UW][A-Z0-9]+$/.test(x)"],
  ["how Slack writes a mention or a link", "`<@U0BOB> pressed it`"],
  ["how Slack writes a mention or a link", "/^<@([A-Z]+)>$/.exec(word)"],
  ["how Slack escapes text", 'text.replaceAll("<", "&lt;")'],
  ["a word of Block Kit", '{ type: "mrkdwn", text }'],
  ["a word of Block Kit", "/** A trigger_id opens a form for 3 s. */"],
  ["a scope or a token of Slack's", 'const SCOPES = ["chat:write"];'],
  ["a scope or a token of Slack's", '"Set SLACK_APP_TOKEN (xapp-…)."'],
  ["a limit of Slack's", "/** Slack takes 2000 characters in a button. */"],
  ["a limit of Slack's", "/** Drawn a few times (Slack takes five, in 30 minutes). */"],
])("%s is found: %s", (what, text) => {
  expect(broken(text)).toContain(what);
});

test("only Slack's adapter knows Slack's words", () => {
  const files = ROOMS.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" }).map((file) => join(room, file)),
  ).filter((file) => file.endsWith(".ts") && !ALLOWED.some((allowed) => file.startsWith(allowed)));
  expect(files.length).toBeGreaterThan(200);
  expect(files.flatMap((file) => broken(readFileSync(file, "utf8")).map((what) => `${file}: ${what}`))).toEqual([]);
});
