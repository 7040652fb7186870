import type { Rollout } from "../domain/rollout.ts";
import { nearest } from "./arguments.ts";
import type { CommandContext } from "./command.ts";
import { UserError } from "./user-error.ts";

/** Stops rollouts: only the ledger is asked, so it works while the server is down. Returns those that were stopped by this. */
export async function stopRollouts(
  asked: string | undefined,
  { services, call }: CommandContext,
): Promise<readonly Rollout[]> {
  const { board } = services;
  const running = [...board.rollouts.values()].filter((rollout) => rollout.status === "running");
  const chosen = asked === "all" ? running : [one(asked, running, { services, call })];
  const mine = chosen.filter((rollout) => mayStop(rollout, call.person, services.people.onCall));
  const [first] = chosen;
  if (!first) throw new UserError("No rollout is under way, so there is nothing to stop.");
  if (mine.length === 0) throw new UserError(`Only its owner and the configured on-call people can stop ${first.id}.`);
  let stopped: readonly Rollout[] = [];
  await board.change(() => {
    stopped = mine.filter((rollout) => board.rollouts.get(rollout.id)?.status === "running");
    return stopped.map((rollout) => ({
      stream: `rollout.${rollout.id}`,
      actor: call.person,
      facts: [{ type: "rollout.stopped", data: { by: call.person } }],
    }));
  });
  return stopped;
}

function mayStop(rollout: Rollout, person: string, onCall: readonly string[]): boolean {
  return rollout.owner === person || onCall.includes(person);
}

function one(
  asked: string | undefined,
  running: readonly Rollout[],
  { services, call }: Pick<CommandContext, "services" | "call">,
): Rollout {
  if (asked !== undefined) {
    const found = services.board.rollouts.get(asked.toLowerCase());
    if (found) {
      if (found.status !== "running")
        throw new UserError(`${found.id} is ${found.status === "ended" ? "finished" : "stopping already"}.`);
      return found;
    }
    const near = nearest(asked, [...services.board.rollouts.keys()]);
    throw new UserError(
      `There is no rollout "${asked.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} Under way: ${list(running)}.`,
    );
  }
  const here = call.thread === undefined ? undefined : services.rolloutOfThread(call.channel, call.thread);
  const only = here ?? (running.length === 1 ? running[0] : undefined);
  if (only?.status === "running") return only;
  if (only) throw new UserError(`${only.id} is ${only.status === "ended" ? "finished" : "stopping already"}.`);
  if (running.length === 0) throw new UserError("No rollout is under way, so there is nothing to stop.");
  throw new UserError(`Several rollouts are under way; say which: ${list(running)}, or all.`);
}

function list(running: readonly Rollout[]): string {
  return running.map((rollout) => rollout.id).join(", ") || "none";
}
