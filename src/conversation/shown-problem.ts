import type { Call } from "../core/call.ts";
import { MENTION } from "../core/mention.ts";
import { type Log, type Random, SlackError } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { data, type Line, type Shown, say } from "../core/view.ts";
import { ServerError } from "../model/deploy-server.ts";
import { DutyLost, isUnconfirmed, LedgerBroken, LedgerUnwritable } from "../model/ledger-port.ts";

interface ShownProblem {
  readonly shown: Shown;
  /** Whether the person can put it right, or wait. */
  readonly refused: boolean;
}

/** What the person is told when a command could not be done. A bug goes into the log, and the answer has its id there. */
export function shownProblem(
  error: unknown,
  call: Call,
  ports: { readonly word: string; readonly log: Log; readonly random: Random },
): ShownProblem {
  if (error instanceof UserError)
    return { shown: say(`error.${error.code}` as const, sayable(error.line, call, ports.word)), refused: true };
  if (error instanceof LedgerUnwritable) {
    const done = isUnconfirmed(error)
      ? "Drydock may have done this: look at `status` before you repeat it."
      : "So Drydock did not do this. Try again when the ledger can be written.";
    return {
      shown: say("error.ledger-unwritable", `${error.message} ${done} Pause and stop are kept meanwhile.`),
      refused: true,
    };
  }
  if (error instanceof DutyLost)
    return {
      shown: say(
        "error.duty-lost",
        "Another replica of Drydock answers people now, so this one did not record what you asked for. Repeat it in a few seconds.",
      ),
      refused: true,
    };
  if (error instanceof LedgerBroken)
    return {
      shown: say(
        "error.ledger-broken",
        "Drydock's ledger was changed or damaged. Drydock ends, and did not do this. Ask the people who run Drydock: its log names the row.",
      ),
      refused: true,
    };
  if (error instanceof ServerError)
    return { shown: say(`error.server-${error.fault}` as const, error.message, unfinished(error)), refused: true };
  if (error instanceof SlackError)
    return {
      shown: say(
        "error.slack",
        `Slack gave no usable answer (${error.code}), so nothing was done. Try again in a minute.`,
      ),
      refused: true,
    };
  const id = ports.random.id().slice(0, 8);
  ports.log.error({ id, callId: call.id, error }, "a command failed");
  return {
    shown: say(
      "error.bug",
      `Something went wrong in Drydock itself. Your command may not have been carried out. The log has it as ${id}.`,
    ),
    refused: false,
  };
}

/** Pausing and stopping ask the server about approvers by role alone. */
const HALTS = "Owners and on-call people can pause and stop rollouts meanwhile.";

/** Whether a part of it was done is not known here: a command may have several parts. */
function unfinished({ fault, trouble }: ServerError): Line {
  const passes = (fault === "unreachable" || fault === "failing") && trouble.kind !== "too-many-waiting";
  const again: Line = passes ? [" Try again when the server answers: ", data("status"), ` shows it. ${HALTS}`] : [];
  return ["Your command did not finish.", ...again];
}

/** What goes wrong further inside names the slash word, which Slack does not take in a thread. */
function sayable(line: Line, { thread }: Call, word: string): Line {
  if (thread === undefined) return line;
  return line.map((span) => (typeof span === "string" ? span.replaceAll(`${word} `, `${MENTION} `) : span));
}
