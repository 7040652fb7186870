import { count } from "../../../core/format.ts";
import { moment } from "../../../core/moment.ts";
import type { Line } from "../../../core/view.ts";
import type { StoredEvent } from "../../../model/events.ts";
import type { Evidence } from "../../../model/evidence.ts";
import { timeText } from "../audit-words.ts";
import type { Claim } from "../checker/claims.ts";

/** An event with what Drydock had read when it decided it. */
interface Judged {
  readonly event: StoredEvent;
  readonly judged: Evidence;
}

/** What Drydock read for each claim: about whom, by their id on the server, and how long before. Of many upgrades one line. */
export function evidenceLines(events: readonly StoredEvent[]): Partial<Record<Claim, readonly Line[]>> {
  const all = events.flatMap((event): readonly Judged[] =>
    "judged" in event.data && event.data.judged ? [{ event, judged: event.data.judged }] : [],
  );
  const upgrades = all.filter(({ event }) => event.type === "upgrade.intended");
  return {
    approvals: approvalLines(all),
    review: all.flatMap(reviewLine),
    "rights-press": all.flatMap(pressLine),
    "rights-trigger": ownerLines(upgrades),
    freeze: freezeLines(upgrades),
    window: windowLines(upgrades),
  };
}

const PRESSES: Partial<Readonly<Record<StoredEvent["type"], string>>> = {
  "rollout.requested": "request",
  "rollout.started": "start",
  "rollout.continued": "resume",
  "rollout.handed-over": "handover",
};

function pressLine({ event, judged }: Judged): readonly Line[] {
  if (event.type === "rollout.approved") return approverLine("approval", event, event.data.by, judged);
  const { owner, lacking } = judged;
  const press = PRESSES[event.type];
  if (press === undefined || !owner || !lacking) return [];
  const said = `${lacked([lacking])}${before([Math.max(owner.age, lacking.age)])}`;
  return [[`Row ${event.position}, ${press}: `, ...who(owner.person, owner.user.id), ` ${said}.`]];
}

function reviewLine({ event, judged }: Judged): readonly Line[] {
  return event.type === "review.closed" ? approverLine("review", event, event.data.by, judged) : [];
}

function approverLine(press: string, { position }: StoredEvent, by: string, judged: Evidence): readonly Line[] {
  const read = judged.approvals?.find((approval) => approval.by === by);
  if (!read || read.lost === undefined) return [];
  return [[`Row ${position}, ${press}: `, ...who(read.by, read.user.id), ` ${couldApprove([read])}.`]];
}

/** The owners for whom upgrades began. */
function ownerLines(upgrades: readonly Judged[]): readonly Line[] {
  const reads = upgrades.flatMap(({ judged: { owner, lacking } }) => (owner && lacking ? [{ owner, lacking }] : []));
  return grouped(reads, ({ owner }) => [owner.person, owner.user.id]).map(([person, user, some]) => {
    const ages = some.map(({ owner, lacking }) => Math.max(owner.age, lacking.age));
    const said = `${lacked(some.map(({ lacking }) => lacking))}${before(ages)}`;
    return [`${count(some.length, "upgrade")}: `, ...who(person, user), ` ${said}.`];
  });
}

/** The approvers on whose approvals it started and upgrades began. */
function approvalLines(all: readonly Judged[]): readonly Line[] {
  const begins = all.filter(({ event }) => event.type === "rollout.started" || event.type === "upgrade.intended");
  const reads = begins.flatMap(({ judged }) => judged.approvals ?? []);
  return grouped(reads, ({ by, user }) => [by, user.id]).map(([person, user, some]) => [
    `${count(some.length, "event")}: `,
    ...who(person, user),
    ` ${couldApprove(some)}.`,
  ]);
}

function freezeLines(upgrades: readonly Judged[]): readonly Line[] {
  const free = upgrades.filter(({ judged: { freeze } }) => freeze === null);
  return free.length === 0 ? [] : [[`${count(free.length, "upgrade")}: the server was not frozen.`]];
}

function windowLines(upgrades: readonly Judged[]): readonly Line[] {
  const without = upgrades.filter(({ judged }) => judged.window === null).length;
  const open = upgrades.flatMap(({ judged: { window } }) => (window?.open ? [window] : []));
  const closes = [...new Set(open.flatMap((window) => window.closes ?? []))];
  const until: Line = closes.flatMap((at, i) => [i === 0 ? ", until " : " or ", moment(at)]);
  return [
    ...(without > 0 ? [[`${count(without, "upgrade")}: the server had no maintenance windows.`]] : []),
    ...(open.length > 0 ? [[`${count(open.length, "upgrade")}: a window was open`, ...until, "."]] : []),
  ];
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => readonly [person: string, user: string]) {
  const groups = new Map<string, readonly [person: string, user: string, some: T[]]>();
  for (const one of all) {
    const [person, user] = keyOf(one);
    const key = JSON.stringify([person, user]);
    const group = groups.get(key) ?? ([person, user, []] as const);
    group[2].push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The person, and the id of their user on the server. */
function who(person: string, user: string): Line {
  return [{ person }, " as user ", { data: user }];
}

function lacked(read: readonly NonNullable<Evidence["lacking"]>[]): string {
  const permissions = [...new Set(read.flatMap(({ permissions: some }) => some))];
  return permissions.length === 0 ? "lacked no permission" : `lacked ${permissions.join(", ")}`;
}

function couldApprove(read: readonly NonNullable<Evidence["approvals"]>[number][]): string {
  const lost = [...new Set(read.flatMap((one) => one.lost ?? []))];
  const known = read.every((one) => one.lost !== undefined);
  const said = lost.length > 0 ? `could not approve (${lost.join(", ")})` : "could approve";
  return known || lost.length > 0 ? `${said}${before(read.flatMap(({ age }) => age ?? []))}` : "was not always read";
}

/** `, read less than 1 s to 9 s before`. */
function before(ages: readonly number[]): string {
  if (ages.length === 0) return "";
  // There may be more than a call takes arguments.
  const least = timeText(ages.reduce((one, other) => Math.min(one, other)));
  const most = timeText(ages.reduce((one, other) => Math.max(one, other)));
  return `, read ${least === most ? least : `${least} to ${most}`} before`;
}
