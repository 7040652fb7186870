import type { Cause } from "../../core/cause.ts";
import type { StoredEvent } from "../events.ts";
import { type ExternalUpgrades, evolveElsewhere, MAX_TOLD, NO_EXTERNAL_UPGRADES } from "./external-upgrades.ts";
import { evolveRequired, NEVER_COUNTED, type Required } from "./required.ts";
import type { ServerEvent } from "./server-events.ts";

interface At {
  readonly at: number;
}

type Of<Type extends ServerEvent["type"]> = Extract<ServerEvent, { readonly type: Type }>["data"];

/** A time that it gave no answer for longer than a moment. */
export interface ServerOutage {
  readonly since: number;
  readonly cause: Cause;
  /** Undefined: it gives none yet. */
  readonly until: number | undefined;
}

/** How a server is, as far as its stream tells: who else upgrades there, how many slots are open, whether it answers. */
export interface ServerState {
  readonly external: ExternalUpgrades;
  /** The last limit that was written down, and why it is not the policy's; undefined = never any other. */
  readonly slots: { readonly limit: number; readonly why: Cause | null } | undefined;
  /** The last ones, the newest last. */
  readonly outages: readonly ServerOutage[];
  /** The last jumps of Drydock's own clock, by how many ms, and the rollouts that were under way. */
  readonly clockJumps: readonly (Of<"clock.jumped"> & At)[];
  /** The last times that its monitor was started again. */
  readonly watchedAgain: readonly (Of<"server.watched-again"> & At)[];
  /** Which agents cannot deploy until they are upgraded. */
  readonly required: Required;
  /** The last acceptance of the ledger after which Drydock has looked here for forgotten upgrades; 0 = none. */
  readonly checkedAcceptance: number;
}

export const FRESH_SERVER: ServerState = {
  external: NO_EXTERNAL_UPGRADES,
  slots: undefined,
  outages: [],
  clockJumps: [],
  watchedAgain: [],
  required: NEVER_COUNTED,
  checkedAcceptance: 0,
};

/** The same outage is written down once more if it has another cause by now. */
function withoutOpen(outages: ServerState["outages"], since: number): ServerState["outages"] {
  return outages.filter((outage) => outage.until !== undefined || outage.since !== since);
}

export function evolveServer(state: ServerState, event: StoredEvent): ServerState {
  switch (event.type) {
    case "slots.changed":
      return { ...state, slots: event.data };
    case "server.away":
      return {
        ...state,
        outages: [...withoutOpen(state.outages, event.data.since), { ...event.data, until: undefined }].slice(
          -MAX_TOLD,
        ),
      };
    case "server.back":
      return {
        ...state,
        outages: state.outages.map((one, i, { length }) => (i === length - 1 ? { ...one, until: event.at } : one)),
      };
    case "acceptance.checked":
      return { ...state, checkedAcceptance: event.data.acceptance };
    case "clock.jumped":
      return { ...state, clockJumps: [...state.clockJumps, { ...event.data, at: event.at }].slice(-MAX_TOLD) };
    case "server.watched-again":
      return { ...state, watchedAgain: [...state.watchedAgain, { ...event.data, at: event.at }].slice(-MAX_TOLD) };
    case "required.counted":
    case "required.grew":
      return { ...state, required: evolveRequired(state.required, event) };
    default: {
      const external = evolveElsewhere(state.external, event);
      return external === state.external ? state : { ...state, external };
    }
  }
}
