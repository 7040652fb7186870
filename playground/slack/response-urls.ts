import { randomUUID } from "node:crypto";
import { blocksOf, refuseContent } from "./methods/chat.ts";
import { BOT, type SlackMessage, type Workspace } from "./workspace.ts";

/** Source: Slack's documentation of response_url. */
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
    this.#show(target, args);
    return undefined;
  }

  #show(target: ResponseUrl, args: Readonly<Record<string, unknown>>): void {
    const shown = { text: String(args.text ?? ""), blocks: blocksOf(args) };
    if (args.replace_original === true && target.message && !target.message.deleted) {
      Object.assign(target.message, shown);
      target.message.edits += 1;
      this.#workspace.tell({ kind: target.message.only ? "whispered" : "edited", message: target.message });
      return;
    }
    const isPublic = args.response_type === "in_channel";
    this.#workspace.add({
      channel: target.channel,
      user: BOT,
      ...shown,
      only: isPublic ? undefined : target.person,
    });
  }
}
