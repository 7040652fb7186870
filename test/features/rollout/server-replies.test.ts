import { expect, test } from "vitest";
import { textOf } from "../../../src/core/view.ts";
import type { Reply } from "../../../src/features/contribution.ts";
import { serverReplies } from "../../../src/features/rollout/server-replies.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import { evolveServer, FRESH_SERVER } from "../../../src/model/server/server-state.ts";

const rollout = { id: "prod-1", status: "running", startedAt: 0, plan: { server: "prod" } } as Rollout;

type Happened = Pick<StoredEvent, "type" | "data">;

/** The messages in the rollout's thread after these events, each a second after the one before. */
function repliesAfter(...events: readonly Happened[]): readonly Reply[] {
  const stored = events.map((event, i) => ({ ...event, stream: "server.prod", at: i + 1 }) as StoredEvent);
  return serverReplies(rollout, stored.reduce(evolveServer, FRESH_SERVER));
}

const keysAfter = (...events: readonly Happened[]) => repliesAfter(...events).map(({ key }) => key);

test("a jump of the clock that Slack was not told of is told, also after another one", () => {
  const jumped = { type: "clock.jumped", data: { ms: 60_000, rollouts: ["prod-1"] } } as const;
  expect(keysAfter(jumped, jumped)).toEqual(["clock-1", "clock-2"]);
});

test("a restart that Slack was not told of is told, also after another one", () => {
  const again = (id: string) =>
    ({ type: "server.watched-again", data: { ms: 60_000, rollouts: [{ id, finished: 0 }] } }) as const;
  expect(keysAfter(again("prod-1"), again("prod-2"), again("prod-1"))).toEqual(["back-1", "back-3"]);
});

test("a restart is told with its time: Slack may show it much later, and several at once", () => {
  const again = { type: "server.watched-again", data: { ms: 0, rollouts: [{ id: "prod-1", finished: 2 }] } } as const;
  expect(repliesAfter(again).map(({ view }) => textOf(view))).toEqual([
    "Drydock was restarted at 00:00 UTC. 2 upgrades finished meanwhile. No upgrade was started twice.",
  ]);
});
