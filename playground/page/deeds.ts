import { z } from "zod";
import type { Deploy } from "../deploy/start-deploy.ts";
import type { SlackFaultKind } from "../slack/faults.ts";
import type { SlackStandin } from "../slack/start-slack.ts";
import type { Deed } from "./protocol.ts";

const id = z.string().min(1).max(200);
const shape = z.record(z.string(), z.unknown());
const action = z.looseObject({ action_id: z.string().max(255) });
/** How long a trouble of the server lasts, in seconds of the trial's clock. */
const TROUBLE = 10 * 60;

const deedShape = z.discriminatedUnion("type", [
  z.object({ type: z.literal("say"), channel: id, thread: id.nullable(), text: z.string().min(1).max(4_000) }),
  z.object({ type: z.literal("act"), channel: id, ts: id, action }),
  z.object({ type: z.literal("submit"), view: id, values: shape }),
  z.object({ type: z.literal("close"), view: id, values: shape }),
  z.object({ type: z.literal("press-in-view"), view: id, label: z.string().max(75), values: shape }),
  z.object({ type: z.literal("search"), view: id, block: z.string().max(255), query: z.string().max(200) }),
  z.object({ type: z.literal("slack-fault"), kind: id, times: z.number() }),
  z.object({ type: z.literal("token"), revoked: z.boolean() }),
  z.object({ type: z.literal("relay"), relay: id, up: z.boolean() }),
  z.object({ type: z.literal("upgrade-relay"), relay: id }),
  z.object({ type: z.literal("disk"), full: z.boolean() }),
  z.object({ type: z.literal("elsewhere"), agents: z.number().int().min(1).max(100) }),
  z.object({ type: z.literal("trouble"), trouble: z.enum(["none", "unreachable", "failing", "slow"]) }),
]) satisfies z.ZodType<Deed>;

/** Reads what the page sent. Throws with a sentence where it is nothing that somebody can do there. */
export function readDeed(body: string): z.infer<typeof deedShape> {
  const parsed = deedShape.safeParse(JSON.parse(body));
  if (!parsed.success) throw new Error(`That cannot be done: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Does it, as this person; what it returns goes back to the page. */
export async function perform(
  person: string,
  deed: z.infer<typeof deedShape>,
  { slack, deploy }: { readonly slack: SlackStandin; readonly deploy: Deploy },
): Promise<object> {
  const { workspace, acts, faults } = slack;
  switch (deed.type) {
    case "say":
      acts.type(person, deed.channel, deed.text, deed.thread ?? undefined);
      return {};
    case "act": {
      const message = workspace.find(deed.channel, deed.ts);
      if (!message || (message.only !== undefined && message.only !== person))
        throw new Error("This message is not there any more.");
      acts.act(person, message, deed.action);
      return {};
    }
    case "submit":
      acts.endView(deed.view, "view_submission", deed.values);
      return {};
    case "close":
      acts.endView(deed.view, "view_closed", deed.values);
      return {};
    case "press-in-view":
      acts.pressInView(deed.view, deed.label, deed.values);
      return {};
    case "search":
      return { options: await acts.search(deed.view, deed.block, deed.query) };
    case "slack-fault":
      faults.order({ kind: deed.kind as SlackFaultKind, times: deed.times });
      return {};
    case "token":
      workspace.tokenRevoked = deed.revoked;
      return {};
    case "relay":
      deploy.setRelay(deed.relay, deed.up);
      return {};
    case "upgrade-relay":
      deploy.upgradeRelay(deed.relay);
      return {};
    case "disk":
      deploy.setDiskFull(deed.full);
      return {};
    case "elsewhere":
      return { agents: deploy.upgradeElsewhere(deed.agents) };
    case "trouble":
      deploy.trouble({ kind: deed.trouble, seconds: TROUBLE });
      return {};
  }
}
