import { type ServerGate, WAIT } from "./gate.ts";

/** A server that no monitor watches begins nothing: what is in flight there nobody sees. */
export const watched: ServerGate = {
  id: "watched",
  at: ["proceed", "dispatch", "ask-relay"],
  blocks: ({ server, ...situation }) =>
    situation.watched ? undefined : { code: "not-watched", params: { server }, ...WAIT },
  phrase: ({ params }) => [`Drydock is not watching ${params.server}: nothing begins there until it does.`],
};
