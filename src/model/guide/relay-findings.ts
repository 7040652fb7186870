import type { Agent } from "../../core/agent.ts";
import { familyWords, NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { lagOf, lags } from "./relay-lag.ts";

/** What the server tells of a relay. */
export interface SeenRelay {
  readonly id: string;
  readonly name: string;
  readonly up: boolean | undefined;
  readonly version: string | undefined;
}

/**
 * Relays that are down, and relays that lag: no status says so, only their versions can be compared. They are counted: who may
 * see their names sees them in the list of relays.
 * @param relays undefined where they could not be read.
 * @param minimum the version that relays shall have at least, where one is configured.
 */
export function relayFindings(
  relays: readonly SeenRelay[] | undefined,
  agents: readonly Agent[],
  serverVersion: string | undefined,
  minimum: string | null = null,
): readonly Finding[] {
  if (!relays || relays.length === 0) return [noneVisible(relays !== undefined, agents)];
  const behind = (relay: SeenRelay) => agents.filter(({ relayId }) => relayId === relay.id);
  const found: Finding[] = [];
  const down = relays.filter(({ up }) => up === false);
  if (down.length > 0) {
    const dark = down.flatMap(behind);
    found.push({
      topic: "relays",
      level: "warn",
      sentence: [
        `${count(down.length, "relay is", "relays are")} down, with ${count(dark.length, "agent", "agents")} behind: these cannot be asked to upgrade, and do not come back.`,
      ],
      todo: [
        "Start what is down before a rollout, or leave these agents out with --exclude or Adjust. ",
        { say: "relays" },
        " lists the relays.",
      ],
      agents: dark,
    });
  }
  const lagging = relays.filter(({ version }) => lags(lagOf(version, serverVersion, minimum), minimum));
  if (lagging.length > 0) {
    const through = lagging.flatMap(behind);
    found.push({
      topic: "relays",
      level: "warn",
      sentence: [
        `${count(lagging.length, "relay lags", "relays lag")} behind ${minimum === null ? "the server" : `the minimum of ${minimum}`} (${familyWords(lagging)}), with ${count(through.length, "agent", "agents")} behind.`,
      ],
      todo: ["Relays are upgraded in addition to the server: ", { say: "upgrade-relay --lagging" }, "."],
      agents: through,
    });
  }
  const unknown = relays.filter(
    ({ version, up }) => lagOf(version, serverVersion, minimum) === "unknown" || up === undefined,
  );
  if (unknown.length > 0)
    found.push({
      topic: "relays",
      level: "note",
      sentence: [`The server reports no version or no status of ${count(unknown.length, "relay", "relays")}.`],
      todo: ["Look at them in the web interface: ", { data: "Resources > Agent Relays" }, "."],
    });
  if (found.length > 0) return found;
  const sentence = `${relays.length === 1 ? "The relay that Drydock sees is" : `All ${relays.length} relays that Drydock sees are`} up and as new as ${minimum === null ? "the server" : "they have to be"}.`;
  return [{ topic: "relays", level: "fine", sentence: [sentence], todo: NOTHING }];
}

/** Agents behind relays that are not in the list, though others are; `relayFindings` tells of a list that is empty. */
export function hiddenRelays(relays: readonly SeenRelay[] | undefined, agents: readonly Agent[]): readonly Finding[] {
  const seen = new Set(relays?.map(({ id }) => id));
  const through = agents.filter(({ relayId }) => relayId !== undefined && !seen.has(relayId));
  if (seen.size === 0 || through.length === 0) return [];
  const hidden = new Set(through.map(({ relayId }) => relayId)).size;
  return [
    {
      topic: "relays",
      level: "warn",
      sentence: [
        `${count(hidden, "relay is", "relays are")} not visible to Drydock's account, with ${count(through.length, "agent", "agents")} behind. Drydock does not know whether a relay there is down or lags.`,
      ],
      todo: [
        "Give Drydock's account View Agent Relays on them, or look in the web interface: ",
        { data: "Resources > Agent Relays" },
        ".",
      ],
      agents: through,
    },
  ];
}

/** An empty list is no proof that there are none. */
function noneVisible(read: boolean, agents: readonly Agent[]): Finding {
  const through = agents.filter(({ relayId }) => relayId !== undefined);
  const some = through.length > 0 ? `, though ${count(through.length, "agent is", "agents are")} behind one` : "";
  return {
    topic: "relays",
    level: through.length > 0 ? "warn" : "note",
    sentence: [
      read
        ? `No relay is visible to Drydock's account${some}. That is not "none": since 6.2.2 relays show only to holders of View Agent Relays.`
        : `Drydock could not read the relays${some}. It does not know whether they are up or lag behind the server.`,
    ],
    todo: [
      "Give Drydock's account View Agent Relays on them, or look in the web interface: ",
      { data: "Resources > Agent Relays" },
      ".",
    ],
  };
}
