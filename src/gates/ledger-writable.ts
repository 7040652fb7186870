import { type ServerGate, WAIT } from "./gate.ts";

/** Nothing may begin that cannot be recorded. */
export const ledgerWritable: ServerGate = {
  id: "ledger",
  at: ["dispatch", "ask-relay", "trigger"],
  blocks({ unwritable, writableAgain }) {
    if (unwritable !== undefined) return { code: "unwritable", params: { why: unwritable }, ...WAIT };
    return writableAgain ? { code: "writable-again", params: {}, ...WAIT } : undefined;
  },
  phrase: ({ code, params }) =>
    code === "writable-again"
      ? ["The ledger can be written again: upgrades start in a few seconds."]
      : [`${params.why} Nothing begins that cannot be written down.`],
};
