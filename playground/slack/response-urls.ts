import { randomUUID } from "node:crypto";
import { withBlockIds } from "./block-ids.ts";
import { blocksOf, refuseContent } from "./methods/chat.ts";
import { BOT, type SlackMessage, type Workspace } from "./workspace.ts";

/** Source: docs/slack-limits.md, "Answers to people". */
const USES = 5;
const LIFE = 30 * 60_000;

/** Who did what a response_url answers, and where. */
export interface ResponseContext {
  readonly person: string;
  readonly channel: string;
  /** What was pressed. */
  readonly message?: SlackMessage;
}

interface ResponseUrl {
  readonly person: string;
  readonly channel: string;
  /** What was pressed: what may be replaced. A slash command has none. */
  readonly message: SlackMessage | undefined;
  readonly until: number;
  uses: number;
}

/** The URLs through which an app answers what somebody did: five times, within thirty minutes. */
export class ResponseUrls {
  readonly #known = new Map<string, ResponseUrl>();
  readonly #workspace: Workspace;
  readonly #now: () => number;

  constructor(workspace: Workspace, now: () => number) {
    this.#workspace = workspace;
    this.#now = now;
  }

  /** The id of a new one. */
  add({ person, channel, message }: ResponseContext): string {
    const id = randomUUID();
    this.#known.set(id, { person, channel, message, until: this.#now() + LIFE, uses: 0 });
    return id;
  }

  /** Says what the app answers; undefined = said, else why it was not. */
  answer(id: string, args: Readonly<Record<string, unknown>>): string | undefined {
    const target = this.#known.get(id);
    if (!target || target.until < this.#now()) return "expired_url";
    if (target.uses >= USES) return "used_url";
    target.uses += 1;
    if (args.delete_original === true) {
      if (target.message) this.#workspace.deleteMessage(target.channel, target.message.ts);
      return undefined;
    }
    const refused = refuseContent(args);
    if (refused) return String(refused.error);
    const { message } = target;
    if (args.replace_original === true && message && !message.deleted) {
      Object.assign(message, { text: String(args.text ?? ""), blocks: withBlockIds(blocksOf(args)) });
      message.edits += 1;
      this.#workspace.tell({ kind: message.only ? "whispered" : "edited", message });
    } else showAnswer(this.#workspace, target, args);
    return undefined;
  }
}

/** What an app answers somebody, to them alone unless it says otherwise. */
export function showAnswer(
  workspace: Workspace,
  { person, channel }: Pick<ResponseContext, "person" | "channel">,
  args: Readonly<Record<string, unknown>>,
): void {
  workspace.add({
    channel,
    user: BOT,
    text: String(args.text ?? ""),
    blocks: withBlockIds(blocksOf(args)),
    only: args.response_type === "in_channel" ? undefined : person,
  });
}
