import type { CommandContext } from "../../conversation/command.ts";
import { nearest } from "../../core/nearest.ts";
import { UserError } from "../../core/user-error.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import {
  type MayPauseOrStopPorts,
  mayPauseOrStop,
  mayPauseOrStopNow,
  pauseOrStopRefused,
} from "../../people/may-pause-or-stop.ts";
import type { Visibility } from "../../people/visibility.ts";
import type { Projections } from "../../projections/projections.ts";
import { noSuchRollout, rolloutOfThread } from "../../servers/current-rollout.ts";
import { type Act, canBeDone } from "./act.ts";
import type { Halt } from "./halts.ts";
import { type WriteHaltPorts, writeHalt } from "./write-halt.ts";

export interface ChooseOnePorts {
  readonly findRollout: FindRollout;
  readonly projections: Projections;
  readonly visibility: Visibility;
}

export interface HaltPorts extends ChooseOnePorts, MayPauseOrStopPorts, WriteHaltPorts {}

/**
 * Pauses or stops rollouts, also while the server is down: it is asked only whether a person is an approver by role. Of all, each is
 * written as soon as it is known that the person may do it. `left`: why visible ones were not paused or stopped.
 */
export async function halt(
  how: Halt,
  asked: string | undefined,
  context: CommandContext,
  ports: HaltPorts,
): Promise<{ readonly halted: readonly Rollout[]; readonly left: readonly string[] }> {
  const { act } = how;
  const { call } = context;
  // Phones begin a word with a capital, and put a full stop behind the last one.
  const isAll = /^all[.,!]*$/i.test(asked ?? "");
  const open = isAll ? candidates(act, ports.projections) : [await chooseOne(act, asked, context, ports)];
  const may = new Map<Rollout, boolean | undefined>();
  const those = (answer: boolean | undefined) =>
    open.filter((rollout) => may.has(rollout) && may.get(rollout) === answer);
  const write = (chosen: readonly Rollout[]) => writeHalt(how, chosen, { actor: call.person, callId: call.id }, ports);
  const parts = isAll ? partsOf(open, call.person, ports) : [open];
  const written = await Promise.allSettled(
    parts.map(async (part) => {
      const chosen = await part;
      const answers = await Promise.all(chosen.map((rollout) => mayPauseOrStopNow(rollout, ports, call.person)));
      for (const [i, rollout] of chosen.entries()) may.set(rollout, answers[i]);
      return write(chosen.filter((_rollout, i) => answers[i]));
    }),
  );
  const failed = written.find((one) => one.status === "rejected");
  if (failed) {
    // What the ledger still refuses is said of all of them.
    if (parts.length > 1) await write(those(true));
    throw failed.reason;
  }
  const first = open.find((rollout) => may.has(rollout));
  if (!first)
    throw new UserError(
      "nothing-under-way",
      `No rollout that you may view is under way, so there is nothing to ${act.verb}.`,
    );
  const [others, unchecked] = [those(false), those(undefined)];
  if (those(true).length === 0)
    throw pauseOrStopRefused(unchecked.length > 0 ? undefined : false, `${act.verb} ${(unchecked[0] ?? first).id}`);
  const done = new Set(written.flatMap((one) => (one.status === "fulfilled" ? one.value : [])));
  const left = [
    ...(others.length > 0 ? [how.left(idsOf(others))] : []),
    ...(unchecked.length > 0 ? [how.unchecked(idsOf(unchecked))] : []),
  ];
  return { halted: open.filter((rollout) => done.has(rollout)), left };
}

/** First those for which no one has to be asked. Then what the person may view of each server: one that does not answer holds up no other. */
function partsOf(
  open: readonly Rollout[],
  person: string,
  { servers, people, visibility }: HaltPorts,
): readonly (readonly Rollout[] | Promise<readonly Rollout[]>)[] {
  const onCall = people.onCall.includes(person);
  const sure = open.filter((rollout) =>
    mayPauseOrStop(rollout, servers.get(rollout.plan.server)?.policy, { person, onCall, usergroups: [] }),
  );
  const others = open.filter((rollout) => !sure.includes(rollout));
  const names = [...new Set(others.map(({ plan }) => plan.server))];
  const on = (name: string) => others.filter(({ plan }) => plan.server === name);
  return [sure, ...names.map((name) => visibility.among(on(name), person))];
}

/** The rollout that is meant: by its id, by its thread, or the only one. Throws UserError where none is, or it is in another state. */
export async function chooseOne(
  act: Act,
  asked: string | undefined,
  { call }: Pick<CommandContext, "call">,
  { projections, visibility, findRollout }: ChooseOnePorts,
): Promise<Rollout> {
  const check = (rollout: Rollout) => {
    if (canBeDone(act, rollout)) return rollout;
    throw new UserError("wrong-state", `${rollout.id} is ${act.already(rollout)}.`);
  };
  if (asked !== undefined) {
    const found = await findRollout(asked, call, async () => {
      const open = await visibility.among(candidates(act, projections), call.person);
      const near = nearest(
        asked,
        open.map(({ id }) => id),
      );
      throw noSuchRollout(asked, `${near ? ` Did you mean ${near}?` : ""} Under way: ${list(open)}.`);
    });
    return check(found);
  }
  const ofThread = rolloutOfThread(projections, call);
  if (ofThread) {
    // Never another one in its place.
    const here = await findRollout(ofThread.id, call, () => {
      throw noSuchRollout(ofThread.id);
    });
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
