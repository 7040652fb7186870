import { needsUpgrade } from "../core/agent.ts";
import { count, names } from "../core/format.ts";
import { MENTION } from "../core/mention.ts";
import { data, type Line, type View } from "../core/view.ts";
import { ServerError } from "../model/deploy-server.ts";
import { lagOf, lags } from "../model/guide/relays.ts";
import { DEFAULT_RELAYS } from "../model/relay/settings.ts";
import type { Progress } from "../model/rollout/progress.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { outsideLine, resultWords } from "../phrases/progress-words.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/** What a rollout of agents says of relays when it has ended: those that lag. Nothing where none does, or the server does not tell. */
export async function laggingLines(server: ManagedServer): Promise<readonly Line[]> {
  const { minimum } = server.relays ?? DEFAULT_RELAYS;
  const found = await answered(Promise.all([server.fleet.relays(), server.fleet.version()]));
  if (!found) return [];
  const [relays, version] = found;
  const lagging = relays.filter((relay) => lags(lagOf(relay.version, version, minimum), minimum));
  if (lagging.length === 0) return [];
  const than = minimum === null ? `the server, which is at ${version}` : `the configured minimum ${minimum}`;
  const one = lagging.length === 1;
  return [
    [
      `${count(lagging.length, "relay")} of ${server.name} ${one ? "is" : "are"} older than ${than}: `,
      ...names(
        lagging.map(({ name }) => name),
        5,
      ),
      `. `,
      data(`${MENTION} relays`),
      ` shows ${one ? "it" : "them"}.`,
    ],
  ];
}

/** What a rollout of relays says of the agents behind them when it has ended, and what to type for these. */
export async function behindLines(rollout: Rollout, server: ManagedServer): Promise<readonly Line[]> {
  const mine = new Map((rollout.plan.relays ?? []).map(({ id, name }) => [id, name]));
  const agents = await answered(server.urbancode.list());
  const wanting = (agents ?? []).filter(({ status, relayId }) => needsUpgrade(status) && mine.has(relayId ?? ""));
  if (!agents) return [];
  if (wanting.length === 0) return [["No agent behind them asks for an upgrade."]];
  const first = mine.get(wanting[0]?.relayId ?? "") ?? "";
  const n = wanting.length;
  return [
    [
      `${count(n, "agent")} behind them still ${n === 1 ? "asks" : "ask"} for an upgrade: `,
      data(`${MENTION} upgrade * --relay "${first}" --server ${server.name}`),
      " plans the agents of the first relay.",
    ],
  ];
}

/** The last word on a rollout of relays. */
export function relayResultView(rollout: Rollout, progress: Progress, more: readonly Line[]): View {
  const { ended } = rollout.relayWork;
  const missing = ended.flatMap((end) => end.missing.map(({ name }) => name));
  const { sign, line } = resultWords(rollout, progress);
  // A relay at the new version whose agents are missing is no success.
  const shown = sign === "✔" && missing.length > 0 ? "◐" : sign;
  const head: Line = [{ person: rollout.owner }, ` ${shown} ${rollout.id}: `, ...line, "."];
  const lost: Line[] =
    missing.length === 0
      ? []
      : [
          [
            `${count(missing.length, "agent", "agents")} did not come back in time after a relay's upgrade: `,
            ...names(missing, 10),
            ".",
          ],
        ];
  return {
    key: "relay-result",
    summary: head,
    parts: [{ kind: "text", lines: [head, ...outsideLine(progress), ...lost, ...more] }],
  };
}

async function answered<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}
