import { ConfigError } from "../config/problem.ts";
import { OperatorError } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";
import { LedgerUnwritable } from "../model/ledger-port.ts";
import { systemFault } from "./system-fault.ts";
import { UsageError } from "./usage-error.ts";

/** What a person can put right. Everything else is a bug of Drydock's. */
const EXPECTED = [UsageError, ConfigError, UserError, OperatorError, ServerError, LedgerUnwritable];

const MAX_CAUSES = 5;

/** What is printed about an error, and the exit code: a sentence for what a person can put right, the stack for a bug. */
export function faultOf(error: unknown): { readonly text: string; readonly code: 1 | 2 } {
  if (error instanceof UsageError) return { text: error.message, code: 2 };
  if (error instanceof Error && EXPECTED.some((known) => error instanceof known))
    return { text: error.message, code: 1 };
  const sentence = systemFault(error);
  if (sentence !== undefined) return { text: sentence, code: 1 };
  return { text: `Drydock has a bug. Report it with these lines:\n${stackOf(error)}`, code: 1 };
}

/** The same for programs, with --json. */
export function faultJson(error: unknown): object {
  const { text, code } = faultOf(error);
  const kind = error instanceof Error ? error.name : "Error";
  const problems = error instanceof ConfigError ? { problems: error.problems } : {};
  const reason = error instanceof UserError ? { reason: error.code } : {};
  return { error: { kind, ...reason, message: text, ...problems }, exitCode: code };
}

/** Stacks alone: what packages attach to their errors may hold requests with their headers. */
function stackOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error).slice(0, 2_000);
  const own = error.stack ?? `${error.name}: ${error.message}`;
  if (error.cause === undefined || depth >= MAX_CAUSES) return own;
  return `${own}\nCaused by: ${stackOf(error.cause, depth + 1)}`;
}
