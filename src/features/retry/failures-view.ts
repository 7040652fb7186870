import { count } from "../../core/format.ts";
import { type Button, data, type Line, type View } from "../../core/view.ts";
import type { Policy } from "../../model/policy.ts";
import { retryBlocked } from "../../model/rollout/retry.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { type Diagnosis, diagnose } from "../../model/upgrade/diagnosis.ts";
import { isBlameless, isDone, isFailure } from "../../model/upgrade/outcome.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import { cameBackLine } from "../../phrases/came-back-line.ts";
import { diagnosisWords } from "../../phrases/diagnosis-words.ts";
import { hostPaths } from "../../phrases/host-paths.ts";
import type { LinkTemplates } from "../../servers/links.ts";
import { failedLines } from "./failed-lines.ts";

export interface FailuresInput {
  readonly rollout: Rollout;
  readonly policy: Policy;
  readonly links: LinkTemplates;
  readonly relayNames: ReadonlyMap<string, string>;
  readonly diagnosis: Diagnosis;
  /** Those of this cause. */
  readonly failed: readonly Upgrade[];
  /** The newest attempt of each agent that has begun. */
  readonly upgrades: readonly Upgrade[];
}

/** One reply for all agents that failed for the same cause; edited as it grows, and when they are tried again. */
export function failuresView({ rollout, policy, diagnosis, failed, ...around }: FailuresInput): View {
  const { title, remedy } = diagnosisWords(diagnosis);
  // Which account the server accepts, and for what, is its own business: no log on a host shows it.
  const aboutAccount = diagnosis === "no-server-permission" || diagnosis === "login-refused";
  const aboutHosts = !aboutAccount && failed.some(({ outcome }) => outcome && !isBlameless(outcome.kind));
  const head: Line = [{ person: rollout.owner }, " ", { bold: `${count(failed.length, "agent")}: ${title}` }];
  const lines = failedLines(rollout, failed, around.links);
  return {
    key: "failures",
    summary: head,
    parts: [
      { kind: "text", lines: [head, ...(remedy ? [[remedy]] : []), ...lines] },
      {
        kind: "note",
        lines: [
          ...neighbourLines(rollout, failed, around.upgrades, around.relayNames),
          ...(aboutHosts ? places(failed) : []),
        ],
      },
      {
        kind: "buttons",
        buttons: [...retryButtons(rollout, policy, diagnosis, failed), testButton(rollout, diagnosis)],
      },
    ],
  };
}

/** The same reply when no agent fails for this cause any more. @param upgrades the newest attempt of each agent that has begun. */
export function recoveredView({ owner }: Rollout, diagnosis: Diagnosis, upgrades: readonly Upgrade[]): View {
  const back = upgrades.filter(
    ({ recoveredFrom: failure }) => failure && diagnose(failure.kind, failure.detail) === diagnosis,
  );
  // A retry may have ended in another failure, and a paused or stopped rollout upgrades no agent.
  const over: Line = back.length > 0 ? cameBackLine(back) : ["No agent fails for this cause any more."];
  const head: Line = [{ person: owner }, " ", ...over];
  return {
    key: "failures-over",
    summary: head,
    parts: [{ kind: "text", lines: [head, [`Cause: ${diagnosisWords(diagnosis).title}.`]] }],
  };
}

function retryButtons(rollout: Rollout, policy: Policy, cause: string, failed: readonly Upgrade[]): readonly Button[] {
  if (rollout.status === "stopping") return [];
  const n = failed.filter((upgrade) => retryBlocked(rollout, upgrade, policy) === undefined).length;
  if (n === 0) return [];
  const args = [rollout.id, `--cause=${cause}`];
  const label = retryLabel(n, failed.length);
  // Of one that has ended a plan is made, and that server's name is typed where it is dangerous: both ask once more.
  if (rollout.status === "ended" || policy.dangerous) return [{ label, command: "retry", args }];
  const confirm = {
    title: `Retry ${count(n, "agent")}?`,
    text: "Fix the cause first. Drydock asks each agent to upgrade once more, with the permissions of the rollout's owner. Retries are limited, and each waits longer.",
    yes: "Retry",
    no: "Not now",
  };
  return [{ label, command: "retry", args, confirm }];
}

/** @param all how many failed for the cause: those of them that may still be upgrading, or were retried enough, are not retried. */
function retryLabel(n: number, all: number): string {
  if (n < all) return `Retry ${n.toLocaleString("en")} of ${all.toLocaleString("en")}`;
  return n === 1 ? "Retry" : `Retry all ${n.toLocaleString("en")}`;
}

function testButton({ id }: Rollout, cause: string): Button {
  return { label: "Test connection", command: "test-connection", args: [id, cause] };
}

/** Where to look on the hosts, below AGENT_HOME: one line for each set of places that the agents' versions have. */
function places(failed: readonly Upgrade[]): readonly Line[] {
  const byPlaces = new Map<string, readonly string[]>();
  for (const upgrade of failed) {
    const paths = hostPaths(upgrade.last?.version ?? upgrade.from)
      .map(({ what, path }) => `${what} ${path}`)
      .join("; ");
    byPlaces.set(paths, [...(byPlaces.get(paths) ?? []), upgrade.from ?? "unknown"]);
  }
  return [...byPlaces].slice(0, 3).map(([paths, versions]): Line => {
    const [first = "unknown"] = versions;
    const which = byPlaces.size > 1 ? [` (${count(versions.length, "agent")}, such as from `, data(first), ")"] : [];
    return ["On the host, below AGENT_HOME", ...which, `: ${paths}.`];
  });
}

const MAX_RELAYS = 2;

/**
 * How the others fare behind the relays of agents that failed for one cause: it shows whether the relay is what they share.
 * @param failed those of the cause.
 * @param upgrades the newest attempt of each agent that has begun.
 */
export function neighbourLines(
  { plan }: Rollout,
  failed: readonly Upgrade[],
  upgrades: readonly Upgrade[],
  relayNames: ReadonlyMap<string, string>,
): readonly Line[] {
  const here = new Map<string, number>();
  for (const { agent } of failed) if (agent.relay) here.set(agent.relay, (here.get(agent.relay) ?? 0) + 1);
  if (here.size === 0) return [];
  const mine = new Set(failed.map(({ agent }) => agent.id));
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const relays = [...here].sort(([, a], [, b]) => b - a);
  const lines = relays.slice(0, MAX_RELAYS).map(([relay, n]): Line => {
    const counts = new Map<string | undefined, number>();
    for (const agent of plan.agents) {
      if (agent.relay !== relay || mine.has(agent.id)) continue;
      const upgrade = newest.get(agent.id);
      const word = STATES.find(([, is]) => is(upgrade))?.[0];
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const states = STATES.flatMap(([word]) => {
      const some = counts.get(word);
      return some ? [`${some.toLocaleString("en")} ${word}`] : [];
    });
    const rest = states.length > 0 ? states.join(", ") : "no other agent of this rollout";
    return [
      "Behind the relay ",
      data(relayNames.get(relay) ?? relay),
      `: ${n.toLocaleString("en")} of these, ${rest}.`,
    ];
  });
  return relays.length > MAX_RELAYS
    ? [...lines, [`And behind ${count(relays.length - MAX_RELAYS, "more relay")}.`]]
    : lines;
}

const STATES: readonly (readonly [string, (upgrade: Upgrade | undefined) => boolean])[] = [
  ["upgraded", (upgrade) => upgrade?.outcome !== undefined && isDone(upgrade.outcome.kind)],
  ["failed otherwise", (upgrade) => upgrade?.outcome !== undefined && isFailure(upgrade.outcome.kind)],
  ["left out", (upgrade) => upgrade?.outcome?.kind === "skipped"],
  ["unchanged", (upgrade) => upgrade?.outcome?.kind === "unchanged"],
  ["in flight", (upgrade) => upgrade !== undefined && upgrade.outcome === undefined],
  ["not begun", (upgrade) => upgrade === undefined],
];
