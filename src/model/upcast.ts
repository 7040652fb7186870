import type { Cause } from "../core/cause.ts";
import type { StoredEvent } from "./events.ts";

type Data = Readonly<Record<string, unknown>>;

/**
 * The event as this version knows it, from how an older one wrote it. A row keeps what was written: whoever reads one calls this, after
 * the ledger's chain was verified. Older versions stored sentences where there are causes today: these stay worded as they are.
 */
export function upcast(event: StoredEvent): StoredEvent {
  const change = CHANGES[event.type];
  if (!change) return event;
  const data = change(event.data as Data);
  return data === event.data ? event : ({ ...event, data } as StoredEvent);
}

/** By the event's type; the same data where nothing in it is of an older shape. */
const CHANGES: Readonly<Record<string, (data: Data) => Data>> = {
  "rollout.requested": (data) => withFound(withSaid(withCauses(withPlan(data), "because"), "because")),
  "rollout.started": (data) => withEach(withPlan(data), "dropped"),
  "rollout.paused": ({ sentence, ...data }) =>
    withSaid(sentence === undefined ? data : { ...data, causes: causesOf(sentence) }, "causes"),
  "rollout.denied": (data) =>
    data.by === "drydock" && !data.causes ? { by: data.by, causes: causesOf(data.reason) } : withSaid(data, "causes"),
  "rollout.unscheduled": (data) => withSaid(withCauses(data, "because"), "because"),
  "retry.dropped": (data) => withCause(data, "why"),
  "waiting.dropped": (data) => withEach(data, "agents"),
  "upgrade.skipped": ({ reason, waited, ...data }) =>
    reason === undefined ? data : { ...data, why: skippedFor(reason, waited) },
  "upgrade.outcome": withDetail,
  "upgrade.corrected": withDetail,
  "relay.ended": withDetail,
  "slots.changed": (data) => withCause(data, "why"),
  "token.failed": (data) => withCause(data, "why"),
  "server.away": ({ sentence, ...data }) => (sentence === undefined ? data : { ...data, cause: recorded(sentence) }),
};

function recorded(text: unknown): Cause {
  return { code: "recorded", params: { text: String(text ?? "") } };
}

function causesOf(text: unknown): readonly Cause[] {
  return typeof text === "string" && text !== "" ? [recorded(text)] : [];
}

function withCause(data: Data, key: string): Data {
  return typeof data[key] === "string" ? { ...data, [key]: recorded(data[key]) } : data;
}

function withCauses(data: Data, key: string): Data {
  return typeof data[key] === "string" ? { ...data, [key]: causesOf(data[key]) } : data;
}

/** For a while some rules stored their sentence under a code of its own. */
function withSaid(data: Data, key: string): Data {
  const list = data[key];
  const isSaid = (each: Data) => each.code === "said";
  if (!Array.isArray(list) || !list.some(isSaid)) return data;
  return { ...data, [key]: list.map((each: Data) => (isSaid(each) ? { ...each, code: "recorded" } : each)) };
}

/** Findings held their sentence. They have another name today, because older versions cannot show those without one. */
function withFound(data: Data): Data {
  const { findings, ...rest } = data;
  if (!Array.isArray(findings)) return data;
  const cause = (sentence: unknown) => ({ code: "recorded", params: { sentence } });
  return { ...rest, found: findings.map(({ level, sentence }: Data) => ({ level, cause: cause(sentence) })) };
}

/** What the server said to refuse an upgrade stays known as its own words: its cause is told by them. */
function withDetail(data: Data): Data {
  const { detail } = data;
  if (typeof detail !== "string") return data;
  if (detail === "") return { ...data, detail: null };
  return {
    ...data,
    detail: data.outcome === "refused" ? { code: "server-said", params: { text: detail } } : recorded(detail),
  };
}

/** A list of agents, each with a reason. */
function withEach(data: Data, key: string): Data {
  const list = data[key];
  if (!Array.isArray(list) || !list.some((each: Data) => typeof each.why === "string")) return data;
  return { ...data, [key]: list.map((each: Data) => withCause(each, "why")) };
}

function withPlan(data: Data): Data {
  const plan = data.plan as { readonly excluded?: readonly Data[] } | undefined;
  if (!plan?.excluded?.some(({ sentence }) => sentence !== undefined)) return data;
  const excluded = plan.excluded.map(({ sentence, ...rest }) => ({ ...rest, cause: recorded(sentence) }));
  return { ...data, plan: { ...plan, excluded } };
}

/** One reason was a code already. */
function skippedFor(reason: unknown, waited: unknown): Cause {
  if (reason !== "busy-agent") return recorded(reason);
  return { code: "busy-agent", params: { waited: typeof waited === "number" ? waited : null } };
}
