import type { Params } from "../core/cause.ts";
import { type ServerGate, WAIT } from "./gate.ts";

/** A server that gives no usable answer is asked for no upgrade. */
export const serverAnswers: ServerGate = {
  id: "answers",
  at: ["proceed", "dispatch", "ask-relay"],
  blocks: ({ server, answers, strange }) =>
    answers ? undefined : { code: "away", params: { server, strange: strange ?? null }, ...WAIT },
  phrase: ({ params: { server, strange } }) => [
    `${server} ${answersHow(strange)}. No upgrade starts until it does, and none counts as failed meanwhile.`,
    // What stands in the server's place may have written a part of it.
    ...(strange ? [" ", { data: `${strange}` }] : []),
  ],
  shown: {
    heading: (server, { strange }) => ({
      text: `waiting, ${server} ${answersHow(strange)}`,
      // A refused account and a page in the API's place stay until a person acts.
      ...(strange === null ? { need: "Nothing to do." } : {}),
    }),
    todo: () => ["Check that it runs, and that Drydock's machine can reach it."],
  },
};

function answersHow(strange: Params[string] | undefined): string {
  return strange === null ? "does not answer" : "gives no usable answer";
}
