import { type ServerGate, WAIT } from "./gate.ts";

/** Nothing may begin that cannot be recorded. */
export const ledgerWritable: ServerGate = {
  id: "ledger",
  at: ["dispatch", "ask-relay", "trigger"],
  blocks: ({ unwritable }) =>
    unwritable === undefined ? undefined : { code: "unwritable", params: { why: unwritable }, ...WAIT },
  phrase: ({ params }) => [`${params.why} Nothing begins that cannot be written down.`],
};
