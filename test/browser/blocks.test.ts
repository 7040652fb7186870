import { expect, test } from "vitest";
import { describe, messagesOf, useBrowser } from "../support/page.ts";
import { call } from "../support/standin.ts";

const open = useBrowser();
const TIMEOUT = { timeout: 400_000 };

const plain = (text: string) => ({ type: "plain_text", text });
const cell = (text: string) => ({ type: "raw_text", text });
const option = (text: string) => ({ text: plain(text), value: text });

const BLOCKS = [
  { type: "header", text: plain("Everything :wave:") },
  {
    type: "section",
    text: {
      type: "mrkdwn",
      text: "*bold* _slanted_ ~gone~ `code <b>` <@U0BOB> <#C0OPS> <https://example.com|a link> :rocket: 2 &lt; 3\n&gt; quoted\n```fenced``` between ```again```",
    },
    accessory: { type: "button", action_id: "nobody", text: plain("Beside"), value: "v" },
  },
  { type: "section", fields: [plain("left"), plain("right")] },
  {
    type: "table",
    rows: [
      [cell("agent"), cell("version")],
      [cell("web-1"), cell("7.2.3.1")],
    ],
  },
  {
    type: "rich_text",
    elements: [
      {
        type: "rich_text_list",
        style: "bullet",
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "a point", style: { bold: true } }] }],
      },
    ],
  },
  { type: "context", elements: [{ type: "image", image_url: "https://a", alt_text: "a picture" }, plain("small")] },
  {
    type: "actions",
    elements: [
      {
        type: "static_select",
        action_id: "select",
        placeholder: plain("Which one"),
        options: ["one", "two", "three"].map(option),
        confirm: { title: plain("Sure?"), text: plain("It acts at once."), confirm: plain("Yes"), deny: plain("No") },
      },
      { type: "datepicker", action_id: "date" },
    ],
  },
];

describe("blocks on the page", () => {
  test("texts, mentions, emoji, tables, lists and pictures' words are drawn; what is not is named", async () => {
    const { page, trial } = await open({ deploy: { agents: 1 } });
    const posted = await call(trial.slack, "chat.postMessage", { channel: "C0ONCALL", text: "all", blocks: BLOCKS });
    expect(posted.json.ok).toBe(true);
    const message = messagesOf(page).first();
    await message.getByRole("heading", { name: "Everything 👋" }).waitFor(TIMEOUT);
    const shown = await message.innerText();
    for (const words of [
      "code <b>",
      "@bob",
      "#operations",
      "🚀 2 < 3",
      "quoted",
      "fenced",
      "left",
      "a picture",
      "small",
    ])
      expect(shown).toContain(words);
    expect(await message.locator("pre").allInnerTexts()).toEqual(["fenced", "again"]);
    const links = message.getByRole("link", { name: "a link" });
    expect(await links.getAttribute("href")).toBe("https://example.com");
    expect(await message.getByRole("columnheader").allInnerTexts()).toEqual(["agent", "version"]);
    expect(await message.getByRole("cell").allInnerTexts()).toEqual(["web-1", "7.2.3.1"]);
    expect(await message.getByRole("listitem").innerText()).toBe("a point");
    expect(shown).toContain("(datepicker: not drawn in this simulation)");
  });

  test("a select is opened and chosen from, by mouse and by keyboard, and asks first", async () => {
    const { page, trial } = await open({ deploy: { agents: 1 } });
    await call(trial.slack, "chat.postMessage", { channel: "C0ONCALL", text: "all", blocks: BLOCKS });
    const select = messagesOf(page).getByRole("combobox", { name: "Which one" });
    const delivered = () => trial.slack.sockets.latencies.length;
    const before = delivered();
    await select.click(TIMEOUT);
    await page.getByRole("option", { name: "two" }).click();
    await page.getByRole("dialog", { name: "Sure?" }).getByRole("button", { name: "No" }).click();
    expect(delivered()).toBe(before);
    await select.focus();
    await page.keyboard.type("thr");
    await page.getByRole("option", { name: "three" }).waitFor(TIMEOUT);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Sure?" }).getByRole("button", { name: "Yes" }).click();
    await expect.poll(delivered).toBe(before + 1);
  });
});
