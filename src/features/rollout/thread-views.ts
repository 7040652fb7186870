import { count } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { data, type Line, say, type View } from "../../core/view.ts";
import type { sslv3Counts } from "../../model/guide/tls.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Pause } from "../../model/rollout/rollout-parts.ts";
import { hasComeBack, type Upgrade, upgradedBy } from "../../model/upgrade/upgrade.ts";
import { causesText, causeText } from "../../phrases/cause-text.ts";
import { describeOutcome } from "../../phrases/outcome-words.ts";
import { outsideLine, resultWords } from "../../phrases/progress-words.ts";
import type { Contribution } from "../contribution.ts";
import { RELAYS_ASKED } from "./halts.ts";

/** What the server's agents still ask for when a rollout has ended; and, where the configuration says below which version, how many may speak only SSLv3. */
export interface Left {
  readonly required: number;
  readonly recommended: number;
  readonly sslv3?: ReturnType<typeof sslv3Counts> & { readonly below: string };
}

/** What is said in the thread when a rollout has ended. `left` is what the server's agents still ask for, where it tells; `relays` those that lag. */
export function resultView(
  rollout: Rollout,
  progress: Progress,
  left: Left | undefined,
  relays: readonly Line[] = [],
): View {
  const { sign, line } = resultWords(rollout, progress);
  const still =
    left === undefined
      ? []
      : [
          left.required + left.recommended === 0
            ? `No agent of ${rollout.plan.server} needs an upgrade now.`
            : `Still on ${rollout.plan.server}: ${stillWords(left)}.`,
          ...sslv3Words(rollout, left),
        ];
  return say(
    "result",
    [{ person: rollout.owner }, ` ${sign} ${rollout.id}: `, ...line, "."],
    ...outsideLine(progress),
    ...still,
    ...relays,
  );
}

/** Only what there is. */
function stillWords({ required, recommended }: Left): string {
  const said = [
    required > 0 && `${required.toLocaleString("en")} Upgrade Required`,
    recommended > 0 && `${recommended.toLocaleString("en")} Upgrade Recommended`,
  ];
  return said.filter((part) => part !== false).join(", ");
}

function sslv3Words({ plan }: Rollout, { sslv3 }: Left): readonly string[] {
  if (!sslv3) return [];
  const { below, before, after, server } = sslv3;
  return [
    `Agents below ${below} may speak only SSLv3. This rollout had ${before.toLocaleString("en")} of them before, and has ${after.toLocaleString("en")} now.`,
    `${plan.server} has ${server.toLocaleString("en")} of them${server > 0 ? ", so it may have to keep SSLv3 enabled" : ""}.`,
  ];
}

/** `web-17 came back at 03:12 UTC and counts as upgraded now.` @param rollout its id, if the message is not in its thread. */
export function lateView(upgrade: Upgrade, rollout?: string): View {
  const at = timeOfDay(upgrade.outcome?.at ?? 0);
  const where = rollout === undefined ? "" : `${rollout}: `;
  const { detail = null } = upgrade.outcome ?? {};
  if (detail && upgradedBy(upgrade) !== undefined)
    return say("late", [
      where,
      data(upgrade.agent.name),
      " counts as upgraded since ",
      at,
      ": ",
      ...causeText(detail),
      ".",
    ]);
  if (upgrade.outcome?.kind === "verified") {
    const how = hasComeBack(upgrade) ? "came back at" : "has a new version since";
    return say("late", [where, data(upgrade.agent.name), ` ${how} `, at, " and counts as upgraded now."]);
  }
  return say("late", [
    where,
    data(upgrade.agent.name),
    " counts as failed since ",
    at,
    `: ${describeOutcome(upgrade.outcome?.kind ?? "lost-again")}.`,
  ]);
}

function droppedView(rollout: Rollout): View {
  const { dropped, id, plan } = rollout;
  const unit = plan.relays ? "relay" : "agent";
  const shown = dropped.slice(0, 20).map(({ name, why }): Line => [data(name), ": ", ...causeText(why)]);
  const rest: Line[] = dropped.length > 20 ? [[`and ${count(dropped.length - 20, `more ${unit}`)}`]] : [];
  return say(
    "left-out",
    [`${id} has started without ${count(dropped.length, unit)} that it was approved with:`],
    ...shown,
    ...rest,
  );
}

function pausedView(rollout: Rollout): View {
  const { pause, owner, id, plan } = rollout;
  const why = causesText(pause?.causes ?? []);
  const who: Line =
    pause && pause.by !== "drydock" ? [{ person: pause.by }, ` paused ${id}.`] : [`${id} paused itself: `, ...why];
  return say(
    "paused",
    [...(pause?.by === owner ? [] : [{ person: owner }, " "]), "⏸ ", ...who],
    plan.relays
      ? `No relay gets its turn before Resume. ${RELAYS_ASKED}`
      : "Upgrades in flight finish, and no more start.",
    `A person with the permissions on all remaining ${plan.relays ? "relays" : "agents"} can press Resume on the card.`,
  );
}

/** Said when the owner has changed: earlier owners are mentioned. */
function continuedView({ id, owner, serverUser, parties }: Rollout): View {
  const before = [...new Set(parties.map(({ person }) => person))].filter((person) => person !== owner);
  const mentions = before.flatMap((person): Line => [{ person }, " "]);
  return say("resumed", [
    ...mentions,
    `${id} was resumed with the permissions of `,
    { person: owner },
    " (",
    data(serverUser.name),
    ").",
  ]);
}

export const rolloutReplies: Contribution = {
  replies: ({ rollout }) => pauseReplies(rollout).map((said) => ({ ...said, how: "once" })),
};

/** What the rollout's start and its pauses bring to its thread. */
export function pauseReplies(rollout: Rollout): readonly { readonly key: string; readonly view: View }[] {
  const { pauses, pause } = rollout;
  const replies: { readonly key: string; readonly view: View }[] = [];
  if (rollout.status !== "requested" && rollout.dropped.length > 0)
    replies.push({ key: "dropped", view: droppedView(rollout) });
  if (pause && !halts(pause)) replies.push({ key: `paused-${pauses}`, view: pausedView(rollout) });
  if (rollout.takenOver && rollout.status === "running")
    replies.push({ key: `continued-${pauses}`, view: continuedView(rollout) });
  return replies;
}

/** Told in a reply of its own. */
function halts({ kind }: Pause): boolean {
  return kind === "breaker" || kind === "canary" || kind === "relay";
}

/** Below a card that Slack no longer edits: where the rollout is shown now. */
export function movedView(rollout: Rollout, channel: string, url: string | undefined): View {
  return say("card-moved", [
    "Slack no longer changes this card. ",
    url === undefined ? rollout.id : { label: rollout.id, url },
    " is shown ",
    ...placeWords(rollout, channel),
    ".",
  ]);
}

/** `in #operations`, or `to @alice alone`. */
function placeWords({ owner }: Rollout, channel: string): Line {
  return channel.startsWith("D") ? ["to ", { person: owner }, " alone"] : ["in ", { channel }];
}
