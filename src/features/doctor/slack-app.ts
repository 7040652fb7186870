import type { ExpectedToken, TokenAnswer } from "../../core/inspection.ts";
import { SlackError } from "../../core/ports.ts";
import { data, type Key } from "../../core/view.ts";
import type { Check } from "./check.ts";
import { type Found, ok, problem, unchecked } from "./finding.ts";

export const botToken: Check = {
  code: "bot-token",
  run: ({ slack }) =>
    asked("bot-token", "the bot's token", slack.botToken, ({ looksLike }) => [
      `Set SLACK_BOT_TOKEN to the bot token of the installed app: the app's settings show it (${looksLike}).`,
    ]),
};

export const appToken: Check = {
  code: "app-token",
  run: async ({ slack }) =>
    slack.appToken
      ? asked("app-token", "the app's token for Socket Mode", slack.appToken, ({ looksLike, scope = "" }) => [
          "Set SLACK_APP_TOKEN to an app-level token with the scope ",
          data(scope),
          ` (${looksLike}).`,
        ])
      : [],
};

export const scopes: Check = {
  code: "scopes",
  async run({ slack }) {
    const answer = await slack.botToken();
    const missing = answer.kind === "accepted" ? answer.missing : undefined;
    if (missing === undefined)
      return [
        unchecked(
          "scopes",
          ["Slack did not report the app's scopes, so Drydock compared none."],
          ["Compare the app's Bot Token Scopes with manifest.yml in the app's settings."],
        ),
      ];
    if (missing.length === 0) return [ok("scopes", "The app has every scope of manifest.yml.")];
    return [
      problem(
        "scopes",
        ["The app lacks scopes of manifest.yml: ", data(missing.join(", ")), "."],
        ["Add them in the app's settings under Bot Token Scopes, then reinstall the app to the workspace."],
      ),
    ];
  },
};

async function asked(
  code: Key,
  token: string,
  ask: () => Promise<TokenAnswer>,
  remedy: (expected: ExpectedToken) => Found["remedy"],
): Promise<readonly Found[]> {
  try {
    const answer = await ask();
    if (answer.kind === "accepted") return [ok(code, `Slack accepts ${token}.`)];
    if (answer.kind === "asked-too-often")
      return [
        unchecked(code, [`Slack allows a test of ${token} about once a minute.`], ["Run doctor again in a minute."]),
      ];
    return [problem(code, [`Slack does not accept ${token}: `, data(answer.word), "."], remedy(answer.expected))];
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return [
      problem(
        "slack-unreachable",
        ["Slack gave no usable answer: ", data(error.message)],
        ["Let the machine that runs Drydock reach Slack over HTTPS, through your proxy if there is one."],
      ),
    ];
  }
}
