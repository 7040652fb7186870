import type { Agent, AgentTeam } from "../../core/agent.ts";
import { nearness } from "../../core/nearness.ts";
import { data, type Line, type Span } from "../../core/view.ts";
import type { Relay } from "../../model/deploy-server.ts";
import type { TypedWord } from "./filters.ts";
import type { Pace } from "./select-agents.ts";

const MAX_NAMED = 3;
/** For one word so many agents are asked about at most. */
const MAX_ASKED = 30;
/** About what the distance of two names takes, in units of work (see Pace). */
const WORK = 100;

export interface NearRequest {
  readonly agents: readonly Agent[];
  readonly relays: readonly Relay[];
  /** The teams that have been read, by the agent's id. */
  readonly teams: ReadonlyMap<string, readonly AgentTeam[]>;
  readonly views: (agentId: string) => Promise<boolean>;
  readonly pace: Pace;
}

interface Candidate {
  readonly label: string;
  /** Some of the agents that it would choose. */
  readonly agents: Agent[];
}

/** What may have been meant, the nearest first: of agents that the person may view, and of no others. */
export async function nearWords(word: TypedWord, request: NearRequest): Promise<readonly string[]> {
  const near: string[] = [];
  let asked = 0;
  for (const { label, agents } of await candidatesFor(word, request)) {
    for (const agent of agents) {
      if (near.length >= MAX_NAMED || asked >= MAX_ASKED) return near;
      asked += 1;
      if (!(await request.views(agent.id))) continue;
      near.push(label);
      break;
    }
  }
  return near;
}

/** As many as could be asked about of each distance. */
async function candidatesFor(word: TypedWord, { agents, teams, pace, ...request }: NearRequest) {
  const relays = new Map(request.relays.map(({ id, name }) => [id, name]));
  const seen = new Map<string, Candidate | undefined>();
  const byDistance = new Map<number, Candidate[]>();
  for (const agent of agents) {
    const others = pace.spend(WORK);
    if (others !== undefined) await others;
    for (const label of labelsOf(word.flag, agent, { relays, teams })) {
      if (!seen.has(label)) seen.set(label, candidate(word, label, byDistance));
      const known = seen.get(label);
      if (known && known.agents.length < MAX_ASKED) known.agents.push(agent);
    }
  }
  const sorted = [...byDistance].sort(([a], [b]) => a - b);
  return sorted.flatMap(([, its]) => its.sort((a, b) => (a.label < b.label ? -1 : 1)));
}

function candidate(word: TypedWord, label: string, byDistance: Map<number, Candidate[]>): Candidate | undefined {
  const far = nearness(word.value, label);
  if (far === undefined) return undefined;
  const others = byDistance.get(far) ?? [];
  if (others.length >= MAX_ASKED) return undefined;
  const found: Candidate = { label, agents: [] };
  byDistance.set(far, [...others, found]);
  return found;
}

/** ` Did you mean a, b or c?` */
export function meantSpans(near: readonly string[]): Line {
  if (near.length === 0) return [];
  const spans = near.flatMap((name, i): Span[] => [i === 0 ? "" : i === near.length - 1 ? " or " : ", ", data(name)]);
  return [" Did you mean ", ...spans.filter((span) => span !== ""), "?"];
}

/** `upgrade required` is probably the command. */
export function commandMeant({ flag, value }: TypedWord): string {
  const said = value.toLowerCase();
  if (flag !== "" || !["required", "recommended", "all", "everything"].includes(said)) return "";
  return ` Did you mean the command upgrade-${said === "recommended" ? said : "required"}?`;
}

/** What the flag could have said to choose the agent. */
function labelsOf(
  flag: string,
  agent: Agent,
  known: { readonly relays: ReadonlyMap<string, string>; readonly teams: NearRequest["teams"] },
): readonly string[] {
  switch (flag) {
    case "team":
      return (known.teams.get(agent.id) ?? []).map(({ teamName }) => teamName);
    case "tag":
      return agent.tags ?? [];
    case "relay":
      return agent.relayId === undefined ? [] : [known.relays.get(agent.relayId) ?? agent.relayId];
    case "version":
      return agent.version === undefined ? [] : [agent.version];
    default:
      return [agent.name];
  }
}
