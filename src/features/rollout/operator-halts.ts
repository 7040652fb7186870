import type { ReplyLog } from "../../conversation/reply-log.ts";
import type { Call } from "../../core/call.ts";
import { type AnswerOperator, type OperatorCall, type OperatorReply, operatorActor } from "../../core/operator.ts";
import type { Log, Random } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { say } from "../../core/view.ts";
import { DutyLost } from "../../model/ledger-port.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { noSuchRollout } from "../../servers/current-rollout.ts";
import type { Servers } from "../../servers/managed-server.ts";
import { canBeDone } from "./act.ts";
import { type Halt, PAUSE, STOP } from "./halts.ts";
import { type WriteHaltPorts, writeHalt } from "./write-halt.ts";

interface Ports extends WriteHaltPorts {
  readonly servers: Pick<Servers, "has">;
  /** The names of those on the host who may pause and stop. */
  readonly operators: readonly string[];
  readonly replyLog: Pick<ReplyLog, "write">;
  readonly random: Pick<Random, "id">;
  readonly log: Log;
}

/** Where the reply log has what operators ask: they are in no channel. */
const HOST = "host";

/** Pauses and stops for people on the host. Slack and the servers are not asked, so it works while both are down. */
export function createOperatorHalts(ports: Ports): AnswerOperator {
  const { operators, replyLog, random, log } = ports;
  return async (call) => {
    const { user, verb } = call;
    if (!operators.includes(user)) {
      log.warn({ user, verb }, "a person on the host is no operator and was refused");
      return {
        done: false,
        reason: "not-an-operator",
        text: `${user} is no operator, so Drydock did not ${verb} anything. People on the host who may are listed under people.operators in its configuration.`,
      };
    }
    const callId = random.id();
    log.info({ callId, user, verb }, "an operator on the host called");
    const reply = await halt(verb === "pause" ? PAUSE : STOP, call, callId, ports).catch((error: unknown) =>
      toReply(error, verb, log),
    );
    const key = reply.done ? (`operator-${verb}` as const) : (`error.${reply.reason}` as Lowercase<string>);
    await replyLog.write(asCall(call, callId), [say(key, reply.text)], !reply.done);
    return reply;
  };
}

async function halt(how: Halt, call: OperatorCall, callId: string, ports: Ports): Promise<OperatorReply> {
  const chosen = await choose(how, call, ports);
  const done = await writeHalt(how, chosen, { actor: operatorActor(call.user), callId }, ports);
  const rollouts = done.map(({ id }) => id);
  if (rollouts.length === 0) throw new UserError("too-late", how.late);
  return { done: true, rollouts, text: how.done(rollouts.join(", "), done) };
}

/** Throws UserError where none can be paused or stopped. */
async function choose(
  { act }: Halt,
  { which }: OperatorCall,
  { projections, servers }: Ports,
): Promise<readonly Rollout[]> {
  const open = projections.openRollouts().filter((rollout) => canBeDone(act, rollout));
  if (which !== "all" && "rollout" in which) {
    const rollout = await projections.recall(which.rollout.toLowerCase());
    const ids = open.map(({ id }) => id).join(", ") || "none";
    if (!rollout) throw noSuchRollout(which.rollout, ` Under way: ${ids}.`);
    if (!canBeDone(act, rollout)) throw new UserError("wrong-state", `${rollout.id} is ${act.already(rollout)}.`);
    return [rollout];
  }
  const server = which === "all" ? undefined : which.server;
  if (server !== undefined && !servers.has(server))
    throw new UserError("no-such-server", ["The configuration has no server ", { data: server.slice(0, 60) }, "."]);
  const chosen = server === undefined ? open : open.filter(({ plan }) => plan.server === server);
  if (chosen.length > 0) return chosen;
  const where = server === undefined ? "" : ` on ${server}`;
  throw new UserError("nothing-under-way", `No rollout is under way${where}, so there is nothing to ${act.verb}.`);
}

/** As the reply log writes it down. */
function asCall({ user, verb, which }: OperatorCall, id: string): Call {
  const words = which === "all" ? which : "rollout" in which ? which.rollout : `--server ${which.server}`;
  return { id, via: "slash", person: operatorActor(user), channel: HOST, text: `${verb} ${words}` };
}

function toReply(error: unknown, verb: OperatorCall["verb"], log: Log): OperatorReply {
  if (error instanceof UserError) return { done: false, reason: error.code, text: error.message };
  if (error instanceof DutyLost)
    return {
      done: false,
      reason: "duty-lost",
      text: `Another replica of Drydock answers people now, so this one did not ${verb} anything. Repeat the command: it says on which host.`,
    };
  log.error({ error }, "an operator's command failed");
  return {
    done: false,
    reason: "bug",
    text: "Something went wrong in Drydock itself. Your command may not have been carried out. The log says more.",
  };
}
