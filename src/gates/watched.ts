import { type ServerGate, WAIT } from "./gate.ts";

/** Nothing begins on a server that no monitor watches: Drydock does not see what is in flight there. */
export const watched: ServerGate = {
  id: "watched",
  at: ["proceed", "dispatch", "ask-relay"],
  blocks: ({ server, ...situation }) =>
    situation.watched ? undefined : { code: "not-watched", params: { server }, ...WAIT },
  phrase: ({ params }) => [`Drydock is not watching ${params.server}: no upgrade starts there until it does.`],
  shown: {
    heading: (server) => ({ text: `waiting, Drydock is not watching ${server}` }),
    todo: () => ["Check that Drydock runs, and read its log."],
  },
};
