import type { SlackFile, SlackMessage, SlackView, Workspace } from "../../../playground/slack/workspace.ts";

/** A message, a view and a happening as local-slack 0.1.8 tells its web page about them (`/ui`). */
interface Theirs {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text?: string;
  readonly blocks?: SlackMessage["blocks"];
  readonly thread_ts?: string;
  readonly ephemeral_to?: string;
  readonly files?: readonly { id: string; name: string; title: string; url_private: string }[];
}
type TheirView = Readonly<Record<string, unknown>> & { readonly id: string; readonly root_view_id: string };
export type Happening =
  | { readonly t: "message" | "message_update"; readonly message: Theirs }
  | { readonly t: "message_delete"; readonly channel: string; readonly ts: string }
  | { readonly t: "view"; readonly stack: readonly TheirView[] }
  | { readonly t: "view_errors"; readonly errors: SlackView["errors"] };

/** What the workspace shows, kept up to date in the shape of our own stand-in. */
export class Mirror implements Pick<Workspace, "messages" | "views"> {
  readonly messages: SlackMessage[] = [];
  readonly views = new Map<string, SlackView>();
  /** Who did the last thing: local-slack does not say whose modal it is that opens. */
  actor = "";
  /** By channel and ts: local-slack keeps no metadata, so they come from what the app sent. */
  readonly #metadata = new Map<string, unknown>();
  readonly #download: (url: string) => Promise<string>;
  #line: Promise<void> = Promise.resolve();

  /** @param download reads a file's content. */
  constructor(download: (url: string) => Promise<string>) {
    this.#download = download;
  }

  /** The app has posted this. */
  posted(message: { readonly channel: string; readonly ts: string; readonly metadata: unknown }): void {
    this.#metadata.set(`${message.channel} ${message.ts}`, message.metadata);
  }

  /** Happenings are taken one after the other, also where one needs a file first. */
  take(happening: Happening): void {
    this.#line = this.#line.then(() => this.#take(happening));
  }

  async #take(happening: Happening): Promise<void> {
    switch (happening.t) {
      case "message":
        this.messages.push(await this.#translate(happening.message));
        break;
      case "message_update": {
        const { channel, ts, text = "", blocks = [] } = happening.message;
        const shown = this.#find(channel, ts);
        if (shown) Object.assign(shown, { text, blocks, edits: shown.edits + 1 });
        break;
      }
      case "message_delete": {
        const shown = this.#find(happening.channel, happening.ts);
        if (shown) shown.deleted = true;
        break;
      }
      case "view":
        this.#show(happening.stack);
        break;
      case "view_errors": {
        const top = [...this.views.values()].at(-1);
        if (top) top.errors = happening.errors;
      }
    }
  }

  async #translate({ files = [], ...message }: Theirs): Promise<SlackMessage> {
    const contents = files.map(
      async ({ id, name, title, url_private }): Promise<SlackFile> => ({
        id,
        name,
        title,
        content: await this.#download(url_private),
      }),
    );
    const metadata = () => this.#metadata.get(`${message.channel} ${message.ts}`);
    return {
      ts: message.ts,
      channel: message.channel,
      user: message.user,
      thread: message.thread_ts,
      only: message.ephemeral_to,
      text: message.text ?? "",
      blocks: message.blocks ?? [],
      get metadata() {
        return metadata();
      },
      files: await Promise.all(contents),
      edits: 0,
      deleted: false,
    };
  }

  /** local-slack gives a view that is updated a new id; here it keeps its first, as in Slack. */
  #show(stack: readonly TheirView[]): void {
    const before = [...this.views.values()];
    this.views.clear();
    stack.forEach((view, index) => {
      const known = before[index];
      const isTheSame = known && (known.view.id === view.id || view.root_view_id !== view.id);
      const shown: SlackView = isTheSame ? known : { id: view.id, person: this.actor, view, errors: {} };
      this.views.set(shown.id, Object.assign(shown, { view, errors: {} }));
    });
  }

  #find(channel: string, ts: string): SlackMessage | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }
}
