import type { AgentRef } from "../../core/agent-ref.ts";
import { count, duration } from "../../core/format.ts";
import { data, type Line, say, type View } from "../../core/view.ts";
import { upgradesInWeb } from "../../model/guide/relays.ts";
import type { RelaySettings } from "../../model/relay/settings.ts";
import { isRelayFailure, type RelayEnd, type RelayTurn } from "../../model/relay/turn.ts";
import { beginsNoMore, type Rollout } from "../../model/rollout/rollout.ts";
import type { Reply } from "../contribution.ts";
import { endLine, turnLine } from "./relay-words.ts";

interface Place {
  readonly url: string;
  readonly deadlines: RelaySettings["deadlines"];
}

/** What the thread of a rollout of relays has to say by now: whom it asks for what, and what came of it. Drawn again as things change. */
export function relayReplies(rollout: Rollout, place: Place): readonly Reply[] {
  const { turn, ended, asks } = rollout.relayWork;
  const over = new Map(ended.map((end) => [end.relay.id, end]));
  const replies = asks.flatMap((relay, i): readonly Reply[] => {
    const isNow = turn?.asked !== undefined && i === asks.length - 1;
    const isWanted = isNow && turn.asked.reminded && turn.begunAt === undefined;
    const past = overView(rollout, relay, over.get(relay.id));
    const [ask, reminder] = isNow
      ? [askView(rollout, turn, turn.asked, place), reminderView(rollout, turn, place)]
      : [past, past];
    return [
      { key: `relay-ask-${i + 1}`, view: ask, how: "redrawn" },
      { key: `relay-remind-${i + 1}`, view: reminder, how: isWanted ? "redrawn" : "correction" },
    ];
  });
  const ends = ended.map(
    (end): Reply => ({ key: `relay-end-${end.relay.id}`, view: endView(rollout, end), how: "redrawn" }),
  );
  return [...replies, ...ends];
}

/** A reminder stays in the thread: once the owner has begun, it says so. */
function reminderView({ owner }: Rollout, turn: RelayTurn, { deadlines }: Place): View {
  if (turn.begunAt !== undefined) return say("relay-begun", turnLine(turn));
  return say("relay-reminder", [
    { person: owner },
    " ",
    data(turn.relay.name),
    ` still waits for its upgrade. Drydock leaves it out in about ${duration(deadlines.begin / 2)}.`,
  ]);
}

/** What was asked is not wanted any more: its buttons are gone. */
function overView(rollout: Rollout, relay: AgentRef, end: RelayEnd | undefined): View {
  const then = beginsNoMore(rollout)
    ? "The rollout was stopped: do not upgrade this relay."
    : "Stop: do not upgrade this relay yet. Drydock asks again when it is safe.";
  const isLeft = end?.outcome === "skipped" || end?.outcome === "not-begun" || end?.outcome === "blocked";
  const over = `Its turn is over.${isLeft ? " Do not upgrade it now: Drydock no longer watches it." : ""}`;
  return say("relay-turn-over", ["It was the turn of ", data(relay.name), `. ${end ? over : then}`]);
}

/**
 * The exact place, which agents go offline, and what can be pressed until the owner has begun. No time of day is given for the deadline:
 * it counts only what Drydock has watched.
 */
function askView(rollout: Rollout, turn: RelayTurn, asked: NonNullable<RelayTurn["asked"]>, place: Place): View {
  const { owner, plan, id } = rollout;
  const head: Line = [{ person: owner }, " it is the turn of the relay ", data(turn.relay.name), ` on ${plan.server}.`];
  if (turn.begunAt !== undefined) return say("relay-begun", head, turnLine(turn));
  const dark = asked.agents.length;
  const lines: Line[] = [
    head,
    ...placeLines(rollout, turn, asked, place.url),
    [
      dark === 0
        ? "No agent is connected behind it."
        : `${count(dark, "connected agent goes", "connected agents go")} offline until it is back. None of them is in flight, and no upgrade of them starts until this is over.`,
    ],
    [
      `Drydock sees when you have begun, and watches it and its agents come back. If you do not begin within ${duration(place.deadlines.begin)}, Drydock leaves it out.`,
    ],
  ];
  return {
    key: "relay-turn",
    summary: head,
    parts: [
      { kind: "text", lines },
      {
        kind: "buttons",
        buttons: [
          { label: "Skip this relay", command: "skip-relay", args: [id, turn.relay.id] },
          {
            label: "Stop",
            command: "stop",
            args: [id],
            style: "danger",
            confirm: {
              title: `Stop ${id}?`,
              text: "No other relay gets its turn. Do not upgrade this one: Drydock no longer watches it.",
              yes: "Stop",
              no: "Not now",
            },
          },
        ],
      },
    ],
  };
}

/** Drydock names no steps that are not documented. Source: docs/urbancode-deploy.md, "Relays". */
function placeLines(
  { plan }: Rollout,
  { relay }: RelayTurn,
  { hostname, serverVersion }: NonNullable<RelayTurn["asked"]>,
  url: string,
): readonly Line[] {
  const web: Line = [
    "In the web interface of ",
    { label: plan.server, url },
    ": Resources > Agent Relays, in the row of ",
    data(relay.name),
    ": Actions > Upgrade.",
  ];
  const at: Line = serverVersion === null ? ["."] : [" (", data(serverVersion), ")."];
  const host: Line = [
    "On the relay's host",
    ...(hostname === null ? [] : [" ", data(hostname)]),
    ": the agent relay installer that belongs to the server's version",
    ...at,
    " The vendor's guide for that version has its steps.",
  ];
  const inWeb = upgradesInWeb(serverVersion);
  if (inWeb === true) return [web];
  if (inWeb === false) return [["The web interface can do it only from 7.0.4.2 on. "], host];
  return [["The server does not report its version. From 7.0.4.2 on: "], web, ["Before: "], host];
}

/** Somebody is called only where they should look. */
function endView({ owner, id, pause, relayWork }: Rollout, end: RelayEnd): View {
  const calls =
    isRelayFailure(end.outcome) || end.missing.length > 0 || end.outcome === "not-begun" || end.outcome === "blocked";
  const lines: Line[] = [[...(calls ? [{ person: owner }, " "] : []), ...endLine(end)]];
  if (isRelayFailure(end.outcome)) lines.push(...RELAY_CAUSES.map((cause): Line => ["• ", ...cause]));
  if (pause?.kind === "relay" && relayWork.ended.at(-1) === end)
    lines.push([`${id} waits: no other relay gets its turn until a person presses Resume on its card.`]);
  if (end.missing.length > 0) lines.push(...AGENT_PLACES.map((place): Line => ["• ", ...place]));
  return say("relay-ended", ...lines);
}

/** What concerns relays of docs/urbancode-deploy.md, "When an agent does not come back". */
const RELAY_CAUSES: readonly Line[] = [
  ["The relay's own host first: is it up, is its disk full, does the relay run?"],
  ["Java: server and relay require 8 from 6.2.2, 11 from 7.0.2 and 17 from 8.2."],
  ["Between relay and server: firewall, DNS, the certificate of mutual authentication, clocks more than 5 min apart."],
  [
    "Known from 6.x to 7.x, of a relay that answers ",
    data("a header value contains a prohibited character ' ': websocket"),
    ".",
  ],
];
const AGENT_PLACES: readonly Line[] = [
  [
    "On the agent's host: ",
    data("var/log/agent.out"),
    ". A good start ends with ",
    data("AgentWorker - Agent started"),
    ".",
  ],
  ["On the server: ", data("logs/connection/<agent-name>"), ". JMS agents cannot use Web relays."],
];
