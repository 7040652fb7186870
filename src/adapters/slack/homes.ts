import type { HomeView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
import { createCache } from "../../core/cache.ts";
import type { Answer } from "../../core/call.ts";
import type { Clock, Log } from "../../core/ports.ts";
import { isModal, isView, type Shown } from "../../core/view.ts";
import type { Memory } from "./modal.ts";
import { drawParts } from "./to-message.ts";

/** Source: docs/slack-limits.md, "Messages and views". */
const BLOCKS = 100;
/** For so long after a person opened their page it is drawn again after what they press. */
const TTL = 60 * 60_000;
const MAX_PEOPLE = 1_000;

/** People's own pages in Slack. */
export interface Homes {
  /** @param channel the direct messages with this person. */
  opened(person: string, channel: string): Promise<void>;
  /** This person did something: their page is drawn again, if they have opened it lately. Never throws. */
  acted(person: string): Promise<void>;
}

export function createHomes(
  answer: Pick<Answer, "home">,
  { client, clock, log }: { readonly client: WebClient; readonly clock: Clock; readonly log: Log },
): Homes {
  const channels = createCache<string>({ clock, max: MAX_PEOPLE, ttl: TTL });
  const drawing = new Map<string, Promise<void>>();

  async function draw(person: string, channel: string): Promise<void> {
    try {
      const shown = await answer.home(person, channel);
      if (shown) await client.views.publish({ user_id: person, view: toHome(shown, channel) });
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : "unknown" }, "a person's page could not be drawn");
    }
  }

  /** One after another, so that an older page never takes the place of a newer one. */
  function redraw(person: string, channel: string): Promise<void> {
    const before = drawing.get(person) ?? Promise.resolve();
    const mine = before
      .then(() => draw(person, channel))
      .finally(() => {
        if (drawing.get(person) === mine) drawing.delete(person);
      });
    drawing.set(person, mine);
    return mine;
  }

  return {
    opened(person, channel) {
      channels.set(person, channel);
      return redraw(person, channel);
    },
    async acted(person) {
      const channel = channels.get(person);
      if (channel !== undefined) await redraw(person, channel);
    },
  };
}

function toHome(shown: Shown, channel: string): HomeView {
  const parts = isView(shown) || isModal(shown) ? shown.parts : [];
  const memory: Memory = { channel, command: "", args: [] };
  return {
    type: "home",
    private_metadata: JSON.stringify(memory),
    blocks: drawParts(parts, BLOCKS),
  };
}
