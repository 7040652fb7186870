import { type ServerGate, WAIT } from "./gate.ts";

/** Nothing may begin that cannot be recorded, or that may rest on edited rows. */
export const ledgerWritable: ServerGate = {
  id: "ledger",
  at: ["dispatch", "ask-relay", "trigger"],
  blocks({ server, unwritable, writableAgain, ledgerChecked }) {
    if (unwritable !== undefined) return { code: "unwritable", params: { why: unwritable }, ...WAIT };
    if (!ledgerChecked) return { code: "unchecked", params: { server }, ...WAIT };
    return writableAgain ? { code: "writable-again", params: {}, ...WAIT } : undefined;
  },
  phrase({ code, params }) {
    if (code === "writable-again") return ["The ledger can be written again: upgrades start in a few seconds."];
    if (code === "unchecked")
      return [`Drydock checks the ledger first: nothing begins on ${params.server} before that.`];
    return [`${params.why} No upgrade starts that Drydock cannot record.`];
  },
};
