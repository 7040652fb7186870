import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, test } from "vitest";
import { call, start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

const CSV = "agent,outcome\r\nwéb-1,verified\r\n";

async function uploaded(filename: string) {
  const slack = await start();
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  await client.filesUploadV2({ channel_id: "C0ONCALL", filename, title: "All", content: CSV });
  const { messages } = await client.conversations.history({ channel: "C0ONCALL" });
  return { slack, file: messages?.[0]?.files?.[0] };
}

describe("a file that was uploaded in two steps", () => {
  test("is in the message, and can be downloaded where it says", async () => {
    const { slack, file } = await uploaded("prod-1.csv");
    expect(file).toMatchObject({
      name: "prod-1.csv",
      title: "All",
      mimetype: "text/csv",
      size: Buffer.byteLength(CSV),
      url_private: `${slack.url}/files/${file?.id}/prod-1.csv`,
    });
    const response = await fetch(file?.url_private ?? "");
    expect([
      response.status,
      response.headers.get("content-type"),
      response.headers.get("content-disposition"),
    ]).toEqual([200, "text/csv; charset=utf-8", "attachment; filename*=UTF-8''prod-1.csv"]);
    expect(await response.text()).toBe(CSV);
  });

  test.each([
    ["prod 1/ü.txt", "text/plain"],
    ["x.exe", "application/octet-stream"],
    ["constructor", "application/octet-stream"],
  ])("%s is %s", async (name, mimetype) => {
    const { file } = await uploaded(name);
    expect(file?.mimetype).toBe(mimetype);
    const response = await fetch(file?.url_private ?? "");
    expect([response.status, await response.text()]).toEqual([200, CSV]);
  });

  test("is nowhere else", async () => {
    const { slack, file } = await uploaded("prod-1.csv");
    for (const path of [`${file?.id}/other.csv`, "F0/prod-1.csv", `${file?.id}`, ""])
      expect((await fetch(`${slack.url}/files/${path}`)).status).toBe(404);
  });
});

describe("an upload is refused", () => {
  test.each([
    ["files.getUploadURLExternal", { filename: "a.csv", length: 0 }, "missing_argument"],
    ["files.getUploadURLExternal", { length: 5 }, "invalid_arguments"],
    ["files.completeUploadExternal", { channel_id: "C0NONE", files: [] }, "channel_not_found"],
    ["files.completeUploadExternal", { channel_id: "C0RANDOM", files: [] }, "not_in_channel"],
    ["files.completeUploadExternal", { channel_id: "C0ONCALL", files: [{ id: "F0" }] }, "file_not_found"],
  ])("%s %j: %s", async (method, args, error) => {
    expect((await call(await start(), method, args)).json.error).toBe(error);
  });
});
