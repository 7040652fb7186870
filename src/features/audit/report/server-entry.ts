import { count, duration, names } from "../../../core/format.ts";
import { moment } from "../../../core/moment.ts";
import { operatorActor } from "../../../core/operator.ts";
import type { Line } from "../../../core/view.ts";
import type { StoredEvent } from "../../../model/events.ts";
import type { AmbiguityKind } from "../../../model/server/server-events.ts";
import { causeText } from "../../../phrases/cause-text.ts";
import type { Entry } from "./rollout-entry.ts";

const DOUBTS: Readonly<Record<AmbiguityKind, string>> = {
  gap: "no one looked at the server in between",
  relay: "their relay is down",
  many: "they went offline together",
};

/** What happened on a rollout's server, or to Drydock: undefined for events that change nothing for a rollout. */
export function serverEntry(event: StoredEvent): Entry | undefined {
  switch (event.type) {
    case "server.frozen": {
      const { by, until, reason } = event.data;
      const what: Line = until === null ? ["froze the server"] : ["froze the server until ", moment(until)];
      return { who: by, what, why: [[{ data: reason }]], tone: "halt" };
    }
    case "server.unfrozen":
      return plain(event.data.by, ["ended the freeze of the server"]);
    case "policy.set":
      return plain("drydock", ["applied a changed policy to the server"]);
    case "server.away": {
      const what: Line = ["lost contact with the server at ", moment(event.data.since), ", and began no upgrade"];
      return { who: "drydock", what, why: [causeText(event.data.cause)], tone: "halt" };
    }
    case "server.back":
      return plain("drydock", ["has answers from the server again"]);
    case "server.watched-again": {
      const { ms, rollouts } = event.data;
      const finished = rollouts.reduce((sum, one) => sum + one.finished, 0);
      const away = ms === null ? "after an unknown time" : `after ${duration(ms)}`;
      const meanwhile = finished > 0 ? `: ${count(finished, "upgrade")} on the server had finished meanwhile` : "";
      return halt([`watched the server again ${away}${meanwhile}`]);
    }
    case "clock.jumped": {
      const { ms } = event.data;
      const how = ms > 0 ? `forward by ${duration(ms)}, or its machine had slept` : `back by ${duration(-ms)}`;
      return halt([`found that its clock had jumped ${how}`]);
    }
    case "elsewhere.started":
      return halt(["counted agents as upgraded by others: ", ...listed(event.data.agents)]);
    case "elsewhere.doubted": {
      const { kind, agents } = event.data;
      const why: Line = [`They went offline, and ${DOUBTS[kind]}.`];
      return { ...halt(["began no upgrade, as others might upgrade ", ...listed(agents)]), why: [why] };
    }
    case "elsewhere.over":
      return plain("drydock", [`counted ${count(event.data.agents.length, "agent")} no longer as upgraded by others`]);
    case "elsewhere.dismissed":
      return plain(event.data.by, ["confirmed that no one else upgrades the agents that went offline"]);
    case "ledger.accepted":
      return { ...halt(["accepted a ledger that lacks rows"]), who: operatorActor(event.data.by) };
    default:
      return undefined;
  }
}

function listed(agents: readonly { readonly name: string }[]): Line {
  return names(agents.map(({ name }) => name));
}

function plain(who: string, what: Line): Entry {
  return { who, what, why: [], tone: "plain" };
}

function halt(what: Line): Entry {
  return { who: "drydock", what, why: [], tone: "halt" };
}

/** What still holds on a server: a rollout that is asked for meanwhile begins under it. */
export type Lasting = ReadonlyMap<"freeze" | "outage" | "doubt", StoredEvent>;

export function lastingAfter(lasting: Lasting, event: StoredEvent): Lasting {
  const next = new Map(lasting);
  if (event.type === "server.frozen") next.set("freeze", event);
  else if (event.type === "server.unfrozen") next.delete("freeze");
  else if (event.type === "server.away") next.set("outage", event);
  else if (event.type === "server.back") next.delete("outage");
  else if (event.type === "elsewhere.doubted") next.set("doubt", event);
  else if (event.type === "elsewhere.over" || event.type === "elsewhere.dismissed") next.delete("doubt");
  return next;
}

/** Those that still hold at that time, the oldest first. */
export function lastingAt(lasting: Lasting, at: number): readonly StoredEvent[] {
  const isOver = (event: StoredEvent) =>
    event.type === "server.frozen" && event.data.until !== null && event.data.until <= at;
  return [...lasting.values()].filter((event) => !isOver(event)).sort((a, b) => a.position - b.position);
}
