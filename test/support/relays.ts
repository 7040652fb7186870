import type { Relay } from "../../src/app/urbancode.ts";

/** A relay of which the server tells no more than is given. */
export function relayOf(id: string, given: Partial<Relay> = {}): Relay {
  return {
    id,
    name: id,
    up: true,
    version: undefined,
    hostname: undefined,
    totalAgents: undefined,
    activeAgents: undefined,
    lastContact: undefined,
    communication: undefined,
    ...given,
  };
}
