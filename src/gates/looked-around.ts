import { type ServerGate, WAIT } from "./gate.ts";

/** Before Drydock has looked at the whole server since its start, it does not know what else is in flight there. */
export const lookedAround: ServerGate = {
  id: "looked-around",
  at: ["proceed", "dispatch", "ask-relay", "trigger"],
  blocks: ({ server, ...situation }) =>
    situation.lookedAround ? undefined : { code: "not-yet", params: { server }, ...WAIT },
  phrase: ({ params }) => [
    `Drydock has not looked at every agent of ${params.server} since it started. No upgrade starts before that.`,
  ],
  shown: { isBrief: true },
};
