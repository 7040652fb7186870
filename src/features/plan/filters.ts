import type { Agent, AgentTeam } from "../../core/agent.ts";
import { isNameOnly, matchesPattern, toPattern } from "../../core/glob.ts";
import { foldName } from "../../core/typed-text.ts";
import { parseVersion } from "../../core/version.ts";
import type { Relay } from "../../model/deploy-server.ts";
import type { Selection } from "./plan-port.ts";

/** One value of a filter, as a person typed it. */
export interface TypedWord {
  /** Without its dashes; empty for a name that is a word of its own. */
  readonly flag: string;
  readonly value: string;
}

/** An agent and its folded name. */
export interface Seen {
  readonly agent: Agent;
  readonly name: string;
}

/** Words of which an agent has to match one, or, for those that are left out, none. */
export interface Filter {
  readonly words: readonly TypedWord[];
  /** How many units of work (see Pace) one agent takes at most times. */
  readonly work: number;
  /** Those of its words that the agent matches. */
  of(seen: Seen): readonly TypedWord[];
}

const NONE: readonly TypedWord[] = [];

/** All filters but `--team`, which the list of agents does not answer. */
export function filtersOf(selection: Selection, relays: readonly Relay[]): readonly Filter[] {
  const { words, names, only, exclude, tag, relay, version } = selection;
  const relayIds = relay.map((value) => {
    const name = nameTest(value);
    return new Set(relays.filter((one) => one.id === value || name(foldName(one.name))).map(({ id }) => id));
  });
  const tags = tag.map(nameTest);
  return [
    nameFilter(wordsOf("", words)),
    nameFilter(wordsOf("name", names)),
    nameFilter(wordsOf("only", only)),
    nameFilter(wordsOf("exclude", exclude)),
    testFilter("tag", tag, ({ agent }, i) => agent.tags?.some((one) => tags[i]?.(foldName(one))) === true),
    testFilter("relay", relay, ({ agent }, i) => relayIds[i]?.has(agent.relayId ?? "") === true),
    testFilter(
      "version",
      version.map(({ text }) => text),
      ({ agent }, i) => {
        const at = parseVersion(agent.version ?? "");
        return at !== undefined && version[i]?.includes(at) === true;
      },
    ),
  ].filter((filter) => filter.words.length > 0);
}

export function seenAgent(agent: Agent): Seen {
  return { agent, name: foldName(agent.name) };
}

export function leavesOut({ words }: Filter): boolean {
  return words[0]?.flag === "exclude";
}

export interface TeamFilter {
  readonly words: readonly TypedWord[];
  /** Those of its words that fit one of these teams. */
  of(teams: readonly AgentTeam[]): readonly TypedWord[];
}

/** The words of `--team`; a team is meant by its name, or by its id. */
export function createTeamFilter({ team }: Selection): TeamFilter {
  const words = wordsOf("team", team);
  const tests = team.map(nameTest);
  return {
    words,
    of(teams) {
      const known = teams.map(({ teamId, teamName }) => ({ teamId, name: foldName(teamName) }));
      return words.filter(({ value }, i) => known.some(({ teamId, name }) => teamId === value || tests[i]?.(name)));
    },
  };
}

/** Tells of teams whether an agent on them is one that was asked for. */
export function teamTest(selection: Selection): (teams: readonly AgentTeam[]) => boolean {
  const filter = createTeamFilter(selection);
  return (teams) => filter.words.length === 0 || filter.of(teams).length > 0;
}

function wordsOf(flag: string, values: readonly string[]): readonly TypedWord[] {
  return values.map((value) => ({ flag, value }));
}

/** A word as it is shown: `--exclude db-1`. */
export function shownWord({ flag, value }: TypedWord): string {
  const shown = value.slice(0, 60);
  return flag === "" ? shown : `--${flag} ${shown}`;
}

/** Tests folded names. */
export function nameTest(glob: string): (folded: string) => boolean {
  const pattern = toPattern(foldName(glob));
  return (folded) => matchesPattern(pattern, folded);
}

/** Names are looked up; only globs are tried one after the other. */
function nameFilter(words: readonly TypedWord[]): Filter {
  const exact = new Map<string, TypedWord[]>();
  const globs: { readonly word: TypedWord; readonly fits: (folded: string) => boolean }[] = [];
  for (const word of words) {
    const name = foldName(word.value);
    if (isNameOnly(word.value)) exact.set(name, [...(exact.get(name) ?? []), word]);
    else globs.push({ word, fits: nameTest(word.value) });
  }
  const inGlobs = globs.reduce((sum, { word }) => sum + word.value.length, 0);
  return {
    words,
    work: 5 + 20 * globs.length + inGlobs,
    of({ name }) {
      const fitting = globs.filter(({ fits }) => fits(name)).map(({ word }) => word);
      const named = exact.get(name) ?? NONE;
      return fitting.length === 0 ? named : [...named, ...fitting];
    },
  };
}

function testFilter(flag: string, values: readonly string[], test: (seen: Seen, i: number) => boolean): Filter {
  const words = wordsOf(flag, values);
  return { words, work: 20 * words.length, of: (seen) => words.filter((_, i) => test(seen, i)) };
}
