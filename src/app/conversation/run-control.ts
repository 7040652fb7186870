import { mayPauseOrStop } from "../../domain/gates/run-control.ts";
import { isScheduled } from "../../domain/gates/schedule.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutEvent } from "../../domain/rollouts/rollout-events.ts";
import type { CommandContext } from "../command.ts";
import { LedgerUnwritable, SlackError } from "../ports.ts";
import { noSuchRollout } from "../rollouts/find-rollout.ts";
import type { Services } from "../services.ts";
import { UserError } from "../user-error.ts";
import { nearest } from "./arguments.ts";

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

/** Pauses or stops rollouts: only the ledger (and Slack, for usergroups) is asked, so it works while the server is down. Returns those that it was. */
export async function halt(
  act: Act,
  asked: string | undefined,
  context: CommandContext,
  event: (person: string) => RolloutEvent,
): Promise<readonly Rollout[]> {
  const { services, call } = context;
  const { projections } = services;
  const chosen =
    asked === "all"
      ? await services.visibility.among(candidates(act, services), call.person)
      : [await chooseOne(act, asked, context)];
  const [first] = chosen;
  if (!first)
    throw new UserError(
      "nothing-under-way",
      `No rollout that you may view is under way, so there is nothing to ${act.verb}.`,
    );
  const mine: Rollout[] = [];
  for (const rollout of chosen) if (await mayPauseOrStopNow(rollout, services, call.person)) mine.push(rollout);
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
    for (const { id } of done) services.pendingStops.keep(id, call.person, event(call.person));
    throw new UserError(
      "ledger-unwritable",
      `${error.message} Nothing begins while that is so. Your ${act.verb} of ${done.map(({ id }) => id).join(", ")} holds, and is written down as soon as it can be; if Drydock ends before, say it again.`,
    );
  }
  return done;
}

/** The rollout that is meant: by its id, by its thread, or the only one. Throws UserError where none is, or it is in another state. */
export async function chooseOne(
  act: Act,
  asked: string | undefined,
  { services, call }: CommandContext,
): Promise<Rollout> {
  const { visibility } = services;
  const check = (rollout: Rollout) => {
    if (act.from.includes(rollout.status)) return rollout;
    throw new UserError("wrong-state", `${rollout.id} is ${act.already(rollout)}.`);
  };
  if (asked !== undefined) {
    const found = await visibility.rollout(asked, call);
    if (found) return check(found);
    const open = await visibility.among(candidates(act, services), call.person);
    const near = nearest(
      asked,
      open.map(({ id }) => id),
    );
    throw noSuchRollout(asked, `${near ? ` Did you mean ${near}?` : ""} Under way: ${list(open)}.`);
  }
  const open = await visibility.among(candidates(act, services), call.person);
  const ofThread = call.thread === undefined ? undefined : services.rolloutOfThread(call.channel, call.thread);
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
    `Several rollouts are under way; say which: ${list(open)}${act.verb === "pause" || act.verb === "stop" ? ", or all" : ""}.`,
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

function candidates({ from, among = from }: Act, { projections }: Services): readonly Rollout[] {
  return [...projections.rollouts.values()].filter(({ status }) => among.includes(status));
}

/** Whether somebody may pause, stop or cancel it, as far as that can be told now. */
export async function mayPauseOrStopNow(rollout: Rollout, services: Services, person: string): Promise<boolean> {
  const server = services.servers.get(rollout.plan.server);
  const onCall = services.people.onCall.includes(person);
  if (mayPauseOrStop(rollout, server?.policy, { person, onCall, usergroups: [] })) return true;
  if (!server || server.policy.approvers.usergroups.length === 0) return false;
  try {
    const usergroups = await services.authorize.groups(server.policy, person);
    return mayPauseOrStop(rollout, server.policy, { person, onCall, usergroups });
  } catch (error) {
    if (error instanceof SlackError) return false;
    throw error;
  }
}

function list(open: readonly Rollout[]): string {
  return open.map(({ id }) => id).join(", ") || "none";
}
