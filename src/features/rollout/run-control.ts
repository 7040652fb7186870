import type { CommandContext } from "../../conversation/command.ts";
import { nearest } from "../../core/nearest.ts";
import { UserError } from "../../core/user-error.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { type MayPauseOrStopPorts, mayPauseOrStopNow, pauseOrStopRefused } from "../../people/may-pause-or-stop.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { Projections } from "../../projections/projections.ts";
import { noSuchRollout, rolloutOfThread } from "../../servers/find-rollout.ts";
import { type Act, canBeDone } from "./act.ts";
import type { Halt } from "./halts.ts";
import { type WriteHaltPorts, writeHalt } from "./write-halt.ts";

export interface ChooseOnePorts {
  readonly projections: Projections;
  readonly visibility: Visibility;
}

export interface HaltPorts extends ChooseOnePorts, MayPauseOrStopPorts, WriteHaltPorts {}

/** Pauses or stops rollouts, also while the server is down: it is asked only whether a person is an approver by role. `left`: visible ones that another person has to pause or stop. */
export async function halt(
  how: Halt,
  asked: string | undefined,
  context: CommandContext,
  ports: HaltPorts,
): Promise<{ readonly halted: readonly Rollout[]; readonly left: readonly Rollout[] }> {
  const { act } = how;
  const { call } = context;
  const { projections, visibility } = ports;
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
  const may = await Promise.all(chosen.map((rollout) => mayPauseOrStopNow(rollout, ports, call.person)));
  const mine = chosen.filter((_rollout, i) => may[i]);
  if (mine.length === 0) throw pauseOrStopRefused(may[0], `${act.verb} ${first.id}`);
  const halted = await writeHalt(how, mine, { actor: call.person, callId: call.id }, ports);
  return { halted, left: chosen.filter((_rollout, i) => !may[i]) };
}

/** The rollout that is meant: by its id, by its thread, or the only one. Throws UserError where none is, or it is in another state. */
export async function chooseOne(
  act: Act,
  asked: string | undefined,
  { call }: Pick<CommandContext, "call">,
  { projections, visibility }: ChooseOnePorts,
): Promise<Rollout> {
  const check = (rollout: Rollout) => {
    if (canBeDone(act, rollout)) return rollout;
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
  const ofThread = rolloutOfThread(projections, call);
  if (ofThread) {
    const here = await visibility.rollout(ofThread.id, call);
    // Never another one in its place.
    if (!here) throw noSuchRollout(ofThread.id);
    return check(here);
  }
  const open = await visibility.among(candidates(act, projections), call.person);
  const [only] = open;
  if (only && open.length === 1) return check(only);
  if (open.length === 0)
    throw new UserError(
      "nothing-under-way",
      `No rollout that you may view is under way, so there is nothing to ${act.verb}.${act.among ? " Name one that has ended." : ""}`,
    );
  throw new UserError(
    "which-rollout",
    `Several rollouts are under way. Name one: ${list(open)}${act.verb === "pause" || act.verb === "stop" ? ", or all" : ""}.`,
  );
}

function candidates(act: Act, projections: Projections): readonly Rollout[] {
  const { among } = act;
  return projections
    .openRollouts()
    .filter((rollout) => (among ? among.includes(rollout.status) : canBeDone(act, rollout)));
}

function list(open: readonly Rollout[]): string {
  return idsOf(open) || "none";
}

/** `prod-1, prod-2`. */
export function idsOf(rollouts: readonly Rollout[]): string {
  return rollouts.map(({ id }) => id).join(", ");
}
