import { expect, test } from "vitest";
import { readMention, readTypedText } from "../../../src/adapters/slack/typed-text.ts";

test.each([
  ["upgrade <http://web-1.example.com|web-1.example.com>", "upgrade web-1.example.com"],
  ["--reason <https://jira.example.com/OPS-1>", "--reason https://jira.example.com/OPS-1"],
  ["<mailto:a@b.com|a@b.com> <#C0ONCALL|on-call> <#C0ONCALL>", "a@b.com #on-call <#C0ONCALL>"],
  ["--version &lt;7.1 a&amp;b", "--version <7.1 a&b"],
])("%j is read as %j", (raw, text) => {
  expect(readTypedText(raw)).toEqual({ text, people: {} });
});

test("people are known by how they are written in the text, whatever their name holds", () => {
  const { text, people } = readTypedText("handover prod-1 <@U0BOB|Bob the Builder> <@W0EVE>");
  expect(text).toBe("handover prod-1 <@U0BOB> <@W0EVE>");
  expect(people).toEqual({ "<@U0BOB>": "U0BOB", "<@W0EVE>": "W0EVE" });
});

test("what is typed as Slack would write it names the same", () => {
  expect(readTypedText("handover prod-1 &lt;@U0BOB&gt;").people).toEqual({ "<@U0BOB>": "U0BOB" });
});

test("what is said to the bot is read without the bot", () => {
  expect(readMention(" <@U0DRYDOCK|drydock>  stop <@U0BOB>")).toEqual({
    text: "stop <@U0BOB>",
    people: { "<@U0BOB>": "U0BOB" },
  });
});
