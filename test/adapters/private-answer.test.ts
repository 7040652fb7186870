import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";
import { createPrivateAnswer, type Way } from "../../src/adapters/slack/private-answer.ts";
import { say } from "../../src/app/view.ts";
import { keepLog } from "../support/silent-log.ts";
import { start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

const place = { person: "U0ALICE", channel: "C0ONCALL" };

describe("what comes before the answer is shown only where Slack has a way to, and counts as told only then", () => {
  test.each<[string, Pick<Way, "call" | "replaces">, readonly boolean[]]>([
    ["a typed command", { call: { ...place, via: "slash", text: "status" }, replaces: false }, [true, false, false]],
    [
      "a press on a private message",
      { call: { ...place, via: "button", command: "start", args: [] }, replaces: true },
      [true, true, true, false],
    ],
    [
      "a press on a card",
      { call: { ...place, via: "button", command: "stop", args: [] }, replaces: false },
      [false, false],
    ],
  ])("%s", async (_what, way, shown) => {
    const slack = await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const said: string[] = [];
    const respond = async (message: { readonly text?: string }) => void said.push(message.text ?? "");
    const answer = createPrivateAnswer(
      { ...way, respond, trigger: undefined, view: undefined },
      { client, log: keepLog() },
    );
    expect(shown.map((_expected, i) => answer.show(say("before", `before ${i}`)))).toEqual(shown);
    await answer.finish(say("answer", "the answer"));
    const before = shown.flatMap((wasShown, i) => (wasShown ? [`before ${i}`] : []));
    expect(said).toEqual([...before, "the answer"]);
  });
});
