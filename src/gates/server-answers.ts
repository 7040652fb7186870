import { type ServerGate, WAIT } from "./gate.ts";

/** A server that gives no usable answer is asked for no upgrade. */
export const serverAnswers: ServerGate = {
  id: "answers",
  at: ["proceed", "dispatch", "ask-relay"],
  blocks: ({ server, answers, strange }) =>
    answers ? undefined : { code: "away", params: { server, strange: strange ?? null }, ...WAIT },
  phrase: ({ params: { server, strange } }) => [
    `${server} gives no usable answer now: nothing begins until it does, and nothing counts as failed meanwhile.`,
    ...(strange === null ? [] : [" ", { data: `${strange}` }]),
  ],
};
