import { moment } from "../core/moment.ts";
import { type ServerGate, WAIT } from "./gate.ts";

/** Something that is not the server's API answered a request for an upgrade: after a pause one more is tried. */
export const serverTakesUpgrades: ServerGate = {
  id: "takes-upgrades",
  at: ["request", "start", "dispatch", "ask-relay", "trigger"],
  blocks: ({ hold }) => hold && { code: "not-the-api", params: { said: hold.said, until: hold.until }, ...WAIT },
  phrase: ({ params: { said, until } }) => [
    "Drydock requests no upgrade: ",
    { data: `${said}` },
    ". It requests one more ",
    moment(Number(until)),
    ". No agent is to blame.",
  ],
};
