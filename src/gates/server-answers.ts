import { type ServerGate, WAIT } from "./gate.ts";

/** A server that gives no usable answer is asked for no upgrade. */
export const serverAnswers: ServerGate = {
  id: "answers",
  at: ["proceed", "dispatch", "ask-relay"],
  blocks: ({ server, answers, strange }) =>
    answers ? undefined : { code: "away", params: { server, strange: strange ?? null }, ...WAIT },
  phrase: ({ params: { server, strange } }) => [
    `${server} does not answer. No upgrade starts until it does, and none counts as failed meanwhile.`,
    ...(strange === null ? [] : [" ", { data: `${strange}` }]),
  ],
  shown: {
    heading: (server) => ({ text: `waiting, ${server} does not answer`, need: "Nothing to do." }),
    todo: () => ["Check that it runs, and that Drydock's machine can reach it."],
  },
};
