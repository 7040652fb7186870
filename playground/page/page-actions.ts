import { z } from "zod";
import type { Deploy } from "../deploy/start-deploy.ts";
import type { SlackFaultKind } from "../slack/faults.ts";
import type { SlackStandin } from "../slack/start-slack.ts";
import type { SlackMessage } from "../slack/workspace.ts";
import type { PageAction } from "./protocol.ts";

const id = z.string().min(1).max(200);
const shape = z.record(z.string(), z.unknown());
const action = z.looseObject({ action_id: z.string().max(255) });
/** How long a trouble of the server lasts, in seconds of the trial's clock. */
const TROUBLE = 10 * 60;

const pageActionShape = z.discriminatedUnion("type", [
  z.object({ type: z.literal("say"), channel: id, thread: id.nullable(), text: z.string().min(1).max(4_000) }),
  z.object({ type: z.literal("act"), channel: id, ts: id, action }),
  z.object({ type: z.literal("submit"), view: id, values: shape }),
  z.object({ type: z.literal("close"), view: id, values: shape }),
  z.object({ type: z.literal("press-in-view"), view: id, label: z.string().max(75), values: shape }),
  z.object({ type: z.literal("open-home") }),
  z.object({ type: z.literal("press-in-home"), action: z.string().max(255), label: z.string().max(75) }),
  z.object({ type: z.literal("shortcut"), channel: id, ts: id, callback: z.string().max(255) }),
  z.object({ type: z.literal("search"), view: id, block: z.string().max(255), query: z.string().max(200) }),
  z.object({ type: z.literal("slack-fault"), kind: id, times: z.number() }),
  z.object({ type: z.literal("token"), revoked: z.boolean() }),
  z.object({ type: z.literal("relay"), relay: id, up: z.boolean() }),
  z.object({ type: z.literal("upgrade-relay"), relay: id }),
  z.object({ type: z.literal("disk"), full: z.boolean() }),
  z.object({ type: z.literal("elsewhere"), agents: z.number().int().min(1).max(100) }),
  z.object({ type: z.literal("trouble"), trouble: z.enum(["none", "unreachable", "failing", "slow"]) }),
]) satisfies z.ZodType<PageAction>;

/** Reads what the page sent. Throws with a sentence where it is nothing that somebody can do there. */
export function readDeed(body: string): z.infer<typeof pageActionShape> {
  const parsed = pageActionShape.safeParse(JSON.parse(body));
  if (!parsed.success) throw new Error(`That cannot be done: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Does it, as this person; what it returns goes back to the page. */
export async function perform(
  person: string,
  pageAction: z.infer<typeof pageActionShape>,
  { slack, deploy }: { readonly slack: SlackStandin; readonly deploy: Deploy },
): Promise<object> {
  const { workspace, acts, faults } = slack;

  function seen({ channel, ts }: { readonly channel: string; readonly ts: string }): SlackMessage {
    const message = workspace.find(channel, ts);
    if (!message || (message.only !== undefined && message.only !== person))
      throw new Error("This message is not there any more.");
    return message;
  }

  switch (pageAction.type) {
    case "say":
      acts.type(person, pageAction.channel, pageAction.text, pageAction.thread ?? undefined);
      return {};
    case "act":
      acts.act(person, seen(pageAction), pageAction.action);
      return {};
    case "shortcut":
      acts.shortcut(person, seen(pageAction), pageAction.callback);
      return {};
    case "open-home":
      acts.openHome(person);
      return {};
    case "press-in-home":
      acts.pressInHome(person, pageAction.label, pageAction.action);
      return {};
    case "submit":
      acts.endView(pageAction.view, "view_submission", pageAction.values);
      return {};
    case "close":
      acts.endView(pageAction.view, "view_closed", pageAction.values);
      return {};
    case "press-in-view":
      acts.pressInView(pageAction.view, pageAction.label, pageAction.values);
      return {};
    case "search":
      return { options: await acts.search(pageAction.view, pageAction.block, pageAction.query) };
    case "slack-fault":
      faults.order({ kind: pageAction.kind as SlackFaultKind, times: pageAction.times });
      return {};
    case "token":
      workspace.tokenRevoked = pageAction.revoked;
      return {};
    case "relay":
      deploy.setRelay(pageAction.relay, pageAction.up);
      return {};
    case "upgrade-relay":
      deploy.upgradeRelay(pageAction.relay);
      return {};
    case "disk":
      deploy.setDiskFull(pageAction.full);
      return {};
    case "elsewhere":
      return { agents: deploy.upgradeElsewhere(pageAction.agents) };
    case "trouble":
      deploy.trouble({ kind: pageAction.trouble, seconds: TROUBLE });
      return {};
  }
}
