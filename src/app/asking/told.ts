import type { Fact } from "../../domain/events.ts";
import type { Board } from "../board.ts";
import type { Call } from "../command.ts";
import { textOf } from "../plain-text.ts";
import type { Clock, Log } from "../ports.ts";
import { type Key, keyOf, type Shown } from "../view.ts";

/** For how long the same refusal is only counted, in ms. */
const COUNTED = 60_000;
const MOST_PEOPLE = 10_000;
/** Characters of one fact; a message of 50 blocks with 3,000 each is the longest that there is. */
const PIECE = 6_000;
const MOST_PIECES = 25;

interface Refusal {
  /** What was asked and answered. */
  readonly key: string;
  readonly view: Key;
  readonly text: string;
  readonly since: number;
  times: number;
}

/** Writes down what people asked and were told. The same refusal again and again is counted, and written once a minute. */
export interface Told {
  write(call: Call, answers: readonly Shown[], refused: boolean): Promise<void>;
  /** Writes down what has been counted: all of it, or what is due. Never throws. */
  flush(all: boolean): Promise<void>;
}

export function createTold(ports: { readonly board: Board; readonly clock: Clock; readonly log: Log }): Told {
  const { board, clock, log } = ports;
  const refusals = new Map<string, Refusal>();

  async function append(person: string, facts: readonly Fact[]): Promise<void> {
    try {
      await board.change(() => [{ stream: `person.${person}`, actor: person, facts }]);
    } catch (error) {
      log.error({ error }, "what a person was told could not be written down");
    }
  }

  function counted(person: string): readonly Fact[] {
    const refusal = refusals.get(person);
    refusals.delete(person);
    if (!refusal || refusal.times === 0) return [];
    return [{ type: "person.refused", data: { key: refusal.view, text: refusal.text, times: refusal.times } }];
  }

  return {
    async write(call, answers, refused) {
      const texts = answers.map((shown) => ({ key: keyOf(shown), text: textOf(shown) }));
      const last = texts.at(-1);
      const asked = saidBy(call).slice(0, 3_000);
      const key = `${asked}\n${texts.map(({ text }) => text).join("\n")}`;
      const before = refusals.get(call.person);
      if (refused && before?.key === key && clock.monotonic() - before.since < COUNTED) {
        before.times += 1;
        return;
      }
      const earlier = counted(call.person);
      if (refused && last && refusals.size < MOST_PEOPLE)
        refusals.set(call.person, {
          key,
          view: last.key,
          text: last.text.slice(0, 6_000),
          since: clock.monotonic(),
          times: 0,
        });
      await append(call.person, [
        ...earlier,
        { type: "person.asked", data: { command: asked, channel: call.channel } },
        ...texts.flatMap(({ key, text }) =>
          inPieces(text).map((piece): Fact => ({ type: "person.told", data: { key, text: piece } })),
        ),
      ]);
    },
    async flush(all) {
      for (const [person, refusal] of refusals)
        if (all || clock.monotonic() - refusal.since >= COUNTED) {
          const facts = counted(person);
          if (facts.length > 0) await append(person, facts);
        }
    },
  };
}

/** A long answer is several facts, so that nothing of it is lost; Slack itself shows no more than so many. */
function inPieces(text: string): readonly string[] {
  const pieces = Math.min(MOST_PIECES, Math.ceil(text.length / PIECE) || 1);
  return Array.from({ length: pieces }, (_, i) => text.slice(i * PIECE, (i + 1) * PIECE));
}

function saidBy(call: Call): string {
  switch (call.via) {
    case "slash":
    case "mention":
      return call.text;
    case "button":
      return [call.command, ...call.args].join(" ");
    case "form":
      return [call.command, ...call.args, JSON.stringify(call.values)].join(" ");
  }
}
