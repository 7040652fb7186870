import type { CommandContext } from "../../conversation/command.ts";
import type { PendingStops } from "../../conversation/pending-stops.ts";
import { nearest } from "../../core/nearest.ts";
import { UserError } from "../../core/user-error.ts";
import { LedgerUnwritable } from "../../model/ledger-port.ts";
import { isScheduled } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import { type MayPauseOrStopPorts, mayPauseOrStopNow } from "../../people/may-pause-or-stop.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { Projections } from "../../projections/projections.ts";
import { rolloutOfThread } from "../../projections/rollout-of-thread.ts";
import { noSuchRollout } from "../../servers/find-rollout.ts";

/** What can be done to a rollout under way, and in which states it can. */
export interface Act {
  /** `stop`, as it is said. */
  readonly verb: string;
  readonly from: readonly Rollout["status"][];
  /** What is said of a rollout that is in another state already, e.g. `stopping already`. */
  readonly already: (rollout: Rollout) => string;
  /** Those that are meant where none is named, if they are fewer. */
  readonly among?: readonly Rollout["status"][];
}

export interface ChooseOnePorts {
  readonly projections: Projections;
  readonly visibility: Visibility;
}

export interface HaltPorts extends ChooseOnePorts, MayPauseOrStopPorts {
  readonly pendingStops: PendingStops;
}

/** Pauses or stops rollouts: only the ledger (and Slack, for usergroups) is asked, so it works while the server is down. Returns those that it was. */
export async function halt(
  act: Act,
  asked: string | undefined,
  context: CommandContext,
  ports: HaltPorts,
  event: (person: string) => RolloutEvent,
): Promise<readonly Rollout[]> {
  const { call } = context;
  const { projections, visibility, pendingStops } = ports;
  const chosen =
    asked === "all"
      ? await visibility.among(candidates(act, projections), call.person)
      : [await chooseOne(act, asked, context, ports)];
  const [first] = chosen;
  if (!first)
    throw new UserError(
      "nothing-under-way",
      `No rollout that you may view is under way, so there is nothing to ${act.verb}.`,
    );
  const mine: Rollout[] = [];
  for (const rollout of chosen) if (await mayPauseOrStopNow(rollout, ports, call.person)) mine.push(rollout);
  if (mine.length === 0)
    throw new UserError(
      "not-owner-or-on-call",
      `Only its owner, approvers and the configured on-call people can ${act.verb} ${first.id}.`,
    );
  let done: readonly Rollout[] = [];
  const decide = () => {
    done = mine.filter(({ id }) => act.from.includes(projections.rollouts.get(id)?.status ?? "ended"));
    return done.map(({ id }) => ({ stream: `rollout.${id}`, actor: call.person, events: [event(call.person)] }));
  };
  try {
    await projections.change(decide);
  } catch (error) {
    if (!(error instanceof LedgerUnwritable)) throw error;
    for (const { id } of done) pendingStops.keep(id, call.person, event(call.person));
    throw new UserError(
      "ledger-unwritable",
      `${error.message} No upgrade starts until it can. Your ${act.verb} of ${done.map(({ id }) => id).join(", ")} holds, and Drydock records it as soon as it can. If Drydock restarts before, repeat it.`,
    );
  }
  return done;
}

/** The rollout that is meant: by its id, by its thread, or the only one. Throws UserError where none is, or it is in another state. */
export async function chooseOne(
  act: Act,
  asked: string | undefined,
  { call }: Pick<CommandContext, "call">,
  { projections, visibility }: ChooseOnePorts,
): Promise<Rollout> {
  const check = (rollout: Rollout) => {
    if (act.from.includes(rollout.status)) return rollout;
    throw new UserError("wrong-state", `${rollout.id} is ${act.already(rollout)}.`);
  };
  if (asked !== undefined) {
    const found = await visibility.rollout(asked, call);
    if (found) return check(found);
    const open = await visibility.among(candidates(act, projections), call.person);
    const near = nearest(
      asked,
      open.map(({ id }) => id),
    );
    throw noSuchRollout(asked, `${near ? ` Did you mean ${near}?` : ""} Under way: ${list(open)}.`);
  }
  const open = await visibility.among(candidates(act, projections), call.person);
  const ofThread = rolloutOfThread(projections, call);
  const here = ofThread && (await visibility.rollout(ofThread.id, call));
  const only = here ?? (open.length === 1 ? open[0] : undefined);
  if (only) return check(only);
  if (open.length === 0)
    throw new UserError(
      "nothing-under-way",
      `No rollout that you may view is under way, so there is nothing to ${act.verb}.${act.among ? " One that has ended has to be named." : ""}`,
    );
  throw new UserError(
    "which-rollout",
    `Several rollouts are under way. Name one: ${list(open)}${act.verb === "pause" || act.verb === "stop" ? ", or all" : ""}.`,
  );
}

/** `finished`, `stopping already`, `waiting for approval`. */
export function stateWords(rollout: Rollout): string {
  switch (rollout.status) {
    case "requested":
      if (isScheduled(rollout)) return "scheduled: it can be moved or cancelled, see its card";
      return "waiting for approval: it can be withdrawn or denied";
    case "running":
      return "running";
    case "paused":
      return "paused already";
    case "stopping":
      return "stopping already";
    case "ended":
      return "finished";
    case "closed":
      return "a request that came to nothing";
  }
}

function candidates({ from, among = from }: Act, projections: Projections): readonly Rollout[] {
  return projections.openRollouts().filter(({ status }) => among.includes(status));
}

function list(open: readonly Rollout[]): string {
  return open.map(({ id }) => id).join(", ") || "none";
}
