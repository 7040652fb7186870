import { afterEach, describe, expect, test } from "vitest";
import { actions, button, input, many, options, text } from "../support/block-kit.ts";
import { call, start, stopAll } from "../support/standin.ts";

afterEach(stopAll);

const form = (blocks: object[]) => ({ blocks, submit: text(1) });
const dividers = (n: number) => many(n, () => ({ type: "divider" }));

/** Opens a modal with a trigger_id that is good for it. */
async function open(view: object) {
  const slack = await start();
  slack.workspace.triggers.set("now", { person: "U0ALICE", until: Number.POSITIVE_INFINITY, used: false });
  const whole = { type: "modal", title: text(1), blocks: [], ...view };
  return (await call(slack, "views.open", { trigger_id: "now", view: whole })).json;
}

async function publish(view: object) {
  const whole = { type: "home", blocks: [], ...view };
  return (await call(await start(), "views.publish", { user_id: "U0ALICE", view: whole })).json;
}

describe("a modal is refused that is just over", () => {
  test.each<readonly [string, (n: number) => object, number]>([
    ["blocks", (n) => ({ blocks: dividers(n) }), 100],
    ["title", (n) => ({ title: text(n) }), 24],
    ["submit", (n) => ({ submit: text(n) }), 24],
    ["close", (n) => ({ close: text(n) }), 24],
    ["private_metadata", (n) => ({ private_metadata: "x".repeat(n) }), 3000],
    ["callback_id", (n) => ({ callback_id: "x".repeat(n) }), 255],
    ["external_id", (n) => ({ external_id: "x".repeat(n) }), 255],
    ["placeholder", (n) => form(input({ type: "plain_text_input", placeholder: text(n) })), 150],
    ["initial value", (n) => form(input({ type: "plain_text_input", initial_value: "x".repeat(n) })), 3000],
    ["initial options", (n) => form(input({ type: "multi_external_select", initial_options: options(n) })), 100],
    ["focused fields", (n) => form(many(n, () => input({ type: "plain_text_input", focus_on_load: true })).flat()), 1],
  ])("%s", async (_what, part, most) => {
    expect((await open(part(most))).ok).toBe(true);
    expect(await open(part(most + 1))).toMatchObject({ ok: false, error: "invalid_arguments" });
  });

  test("250 kB", async () => {
    const large = (n: number) => ({ blocks: many(n, () => ({ type: "section", text: text(3000) })) });
    expect((await open(large(80))).ok).toBe(true);
    expect((await open(large(90))).error).toBe("view_too_large");
  });

  test("and without a way to submit its fields, or as something else than a modal", async () => {
    expect((await open({ blocks: input({ type: "plain_text_input" }) })).error).toBe("invalid_arguments");
    expect((await open({ type: "home" })).error).toBe("invalid_arguments");
    expect((await open({ blocks: [{ type: "alert" }] })).ok).toBe(true);
  });
});

describe("a Home tab is refused that is just over", () => {
  test.each<readonly [string, (n: number) => object, number]>([
    ["blocks", (n) => ({ blocks: dividers(n) }), 100],
    ["private_metadata", (n) => ({ private_metadata: "x".repeat(n) }), 3000],
    ["callback_id", (n) => ({ callback_id: "x".repeat(n) }), 255],
    ["external_id", (n) => ({ external_id: "x".repeat(n) }), 255],
    ["button text", (n) => ({ blocks: actions(button({ text: text(n) })) }), 75],
  ])("%s", async (_what, part, most) => {
    expect((await publish(part(most))).ok).toBe(true);
    expect(await publish(part(most + 1))).toMatchObject({ ok: false, error: "invalid_arguments" });
  });
});
