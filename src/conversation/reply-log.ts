import type { Call, Caller } from "../core/call.ts";
import type { Clock, Log } from "../core/ports.ts";
import { type Key, keyOf, type Shown, textOf, type View } from "../core/view.ts";
import type { NewEvent } from "../model/events.ts";
import { createGroupCommit } from "../projections/group-commit.ts";
import type { Projections } from "../projections/projections.ts";
import type { KeptWords } from "./kept-words.ts";

/** For how long the same refusal is only counted, in ms. */
const COUNTED = 60_000;
const MAX_PEOPLE = 10_000;
/** Characters of one event. */
const PIECE = 6_000;
const MAX_PIECES = 25;

interface Refusal {
  /** What was asked and answered. */
  readonly key: string;
  readonly view: Key;
  readonly text: string;
  readonly since: number;
  times: number;
}

/** Writes down what people asked and were told. The same refusal again and again is counted, and written once a minute. */
export interface ReplyLog {
  write(call: Call, answers: readonly Shown[], refused: boolean): Promise<void>;
  /** What took the place of an answer later. Never throws. */
  amended(call: Call, view: View): Promise<void>;
  /** Writes down what has been counted: all of it, or what is due. Never throws. */
  flush(all: boolean): Promise<void>;
}

export function createReplyLog(ports: {
  readonly projections: Pick<Projections, "change">;
  readonly clock: Clock;
  readonly log: Log;
  readonly keptWords: KeptWords;
}): ReplyLog {
  const { projections, clock, log, keptWords } = ports;
  const change = createGroupCommit(projections);
  const refusals = new Map<string, Refusal>();

  /** @param earlier counted refusals: they answered other calls. */
  async function append(
    { person, id: callId }: Caller,
    { earlier = [], asked = [], told = [] }: Partial<Record<"earlier" | "asked" | "told", readonly NewEvent[]>>,
  ): Promise<void> {
    try {
      const stream = `person.${person}`;
      await change(() => [
        { stream, actor: "drydock", events: earlier },
        { stream, actor: person, callId, events: asked },
        { stream, actor: "drydock", callId, events: told },
      ]);
    } catch (error) {
      log.error({ error }, "an answer could not be recorded");
    }
  }

  function counted(person: string): readonly NewEvent[] {
    const refusal = refusals.get(person);
    refusals.delete(person);
    if (!refusal || refusal.times === 0) return [];
    return [{ type: "person.refused", data: { key: refusal.view, text: refusal.text, times: refusal.times } }];
  }

  return {
    async write(call, answers, refused) {
      const texts = answers.map((shown) => ({ key: keyOf(shown), text: keptWords.without(call, textOf(shown)) }));
      const last = texts.at(-1);
      const asked = keptWords.said(call);
      const key = `${asked}\n${texts.map(({ text }) => text).join("\n")}`;
      const before = refusals.get(call.person);
      if (refused && before?.key === key && clock.monotonic() - before.since < COUNTED) {
        before.times += 1;
        return;
      }
      const earlier = counted(call.person);
      if (refused && last && refusals.size < MAX_PEOPLE)
        refusals.set(call.person, {
          key,
          view: last.key,
          text: last.text.slice(0, 6_000),
          since: clock.monotonic(),
          times: 0,
        });
      const ask = { type: "person.asked", data: { command: asked, channel: call.channel } } as const;
      await append(call, { earlier, asked: [ask], told: texts.flatMap(toldEvents) });
    },
    amended: (call, view) =>
      append(call, { told: toldEvents({ key: view.key, text: keptWords.without(call, textOf(view)) }) }),
    async flush(all) {
      const due = [...refusals].filter(([, { since }]) => all || clock.monotonic() - since >= COUNTED);
      const write = async (person: string) => {
        const earlier = counted(person);
        if (earlier.length > 0) await append({ person }, { earlier });
      };
      await Promise.all(due.map(([person]) => write(person)));
    },
  };
}

function toldEvents({ key, text }: { readonly key: Key; readonly text: string }): readonly NewEvent[] {
  return inPieces(text).map((piece): NewEvent => ({ type: "person.told", data: { key, text: piece } }));
}

/** A long answer is several events, so that nothing of it is lost; no person reads more than so many. */
function inPieces(text: string): readonly string[] {
  const pieces = Math.min(MAX_PIECES, Math.ceil(text.length / PIECE) || 1);
  return Array.from({ length: pieces }, (_, i) => text.slice(i * PIECE, (i + 1) * PIECE));
}
