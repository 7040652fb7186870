import type { Agent } from "../../core/agent.ts";
import { familyWords, NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { compareReleases, known, parseVersion, type Version } from "../../core/version.ts";

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
  const unknown = relays.filter(({ version, up }) => !parseVersion(version ?? "") || up === undefined);
  if (unknown.length > 0)
    found.push({
      topic: "relays",
      level: "note",
      sentence: [`The server reports no version or no status of ${count(unknown.length, "relay", "relays")}.`],
      todo: ["Look at them in the web interface: ", { data: "Resources > Agent Relays" }, "."],
    });
  if (minimum === null && !parseVersion(serverVersion ?? ""))
    found.push({
      topic: "relays",
      level: "note",
      sentence: ["The server does not report its own version: Drydock does not know whether its relays lag behind it."],
      todo: ["Compare them in the web interface: ", { data: "Resources > Agent Relays" }, "."],
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

/**
 * How a relay's version stands to its server's. No status of the server's says so: only the versions can be compared.
 * `unknown` where one of them is unknown.
 */
export type Lag = "below-minimum" | "behind" | "even" | "ahead" | "unknown";

/** @param minimum where one is set. */
export function lagOf(
  relay: string | null | undefined,
  server: string | null | undefined,
  minimum: string | null,
): Lag {
  const mine = parseVersion(relay ?? "");
  const least = parseVersion(minimum ?? "");
  if (mine && least && compareReleases(mine, least) < 0) return "below-minimum";
  const theirs = parseVersion(server ?? "");
  if (!mine || !theirs) return "unknown";
  const order = compareReleases(mine, theirs);
  return order < 0 ? "behind" : order > 0 ? "ahead" : "even";
}

/** Whether the relay should be upgraded: where a minimum is set that is the measure, otherwise the server is. */
export function lags(lag: Lag, minimum: string | null): boolean {
  return lag === "below-minimum" || (lag === "behind" && minimum === null);
}

/**
 * Relays go together with the server where it leaves or reaches one of these releases, or passes beyond the last. The vendor names
 * 6.2.3.0, and Drydock applies it to older ones too. Source: docs/urbancode-deploy.md, "Relays".
 */
export const TOGETHER = { from: "6.1", last: "6.2.3.0" } as const;

/**
 * What the vendor asks for the relays at this server's version: from 6.1 to 6.2.3.0 they are upgraded together with the server, and
 * all of them when it leaves 6.2.3.0 or an earlier version.
 */
export function relaysWanted(
  server: string | undefined,
  relays: readonly (string | undefined)[],
): "together" | "all" | undefined {
  const at = parseVersion(server ?? "");
  if (!at) return undefined;
  const isOld = (version: Version) => compareReleases(version, known(TOGETHER.last)) <= 0;
  if (isOld(at)) return compareReleases(at, known(TOGETHER.from)) >= 0 ? "together" : undefined;
  const versions = relays.flatMap((version) => parseVersion(version ?? "") ?? []);
  return versions.some(isOld) ? "all" : undefined;
}

/** Whether the server's web interface can upgrade a relay; undefined where the server does not say its version. Source: docs/urbancode-deploy.md, "Relays". */
export function upgradesInWeb(server: string | null | undefined): boolean | undefined {
  const at = parseVersion(server ?? "");
  const since = parseVersion("7.0.4.2");
  return at && since ? compareReleases(at, since) >= 0 : undefined;
}
