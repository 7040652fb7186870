import { count } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { data, type Line, lineText } from "../../core/view.ts";
import { followsUp, pendingRetry } from "../../model/rollout/retry.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { agentLinks, type LinkTemplates } from "../../servers/links.ts";

/** The reply is read on a phone, and the card's Agents button shows all of them. */
const MAX_LINES = 3;
const MAX_NAMES = 3;
/** A shorter name may stand in a text by chance. */
const MIN_NAME = 4;

/** The agents that failed for one cause. Those of which the same is said share a line. */
export function failedLines(rollout: Rollout, failed: readonly Upgrade[], links: LinkTemplates): readonly Line[] {
  const groups = new Map<string, Upgrade[]>();
  for (const upgrade of failed) {
    const { name } = upgrade.agent;
    const said = lineText(wordsOf(rollout, upgrade));
    const key = name.length < MIN_NAME ? said : said.replaceAll(name, "\0");
    const group = groups.get(key);
    if (group) group.push(upgrade);
    else groups.set(key, [upgrade]);
  }
  const shown = [...groups.values()].slice(0, MAX_LINES);
  const rest = failed.length - shown.reduce((sum, group) => sum + group.length, 0);
  const lines = shown.map((group) => groupLine(rollout, group, links));
  return rest > 0 ? [...lines, [`And ${count(rest, "more agent")}: press Agents on the card.`]] : lines;
}

function groupLine(rollout: Rollout, group: readonly Upgrade[], links: LinkTemplates): Line {
  const more = group.length - MAX_NAMES;
  const names = group
    .slice(0, MAX_NAMES)
    .flatMap(({ agent }, i): Line => [...(i === 0 ? [] : [", "]), data(agent.name), ...agentLinks(links, agent)]);
  const [first] = group;
  return [
    ...names,
    ...(more > 0 ? [` and ${more.toLocaleString("en")} more`] : []),
    ...(first ? (group.length > 1 ? unnamed(wordsOf(rollout, first), first.agent) : wordsOf(rollout, first)) : []),
  ];
}

/** The server's words about one agent, as they are of all that share the line. */
function unnamed(words: Line, { name }: Upgrade["agent"]): Line {
  if (name.length < MIN_NAME) return words;
  return words.map((span) =>
    typeof span === "object" && "data" in span ? data(span.data.replaceAll(name, "…")) : span,
  );
}

/** What is said of an agent behind its name: the server's words, and what became of its retries. */
function wordsOf(rollout: Rollout, upgrade: Upgrade): Line {
  const detail = upgrade.outcome?.detail;
  return [...(detail ? [": ", ...causeText(detail)] : []), ...retriesOf(rollout, upgrade)];
}

function retriesOf(rollout: Rollout, upgrade: Upgrade): Line {
  const { retries, notFollowed } = rollout.guards;
  const dropped = notFollowed.get(upgrade.agent.id);
  if (dropped?.attempt === upgrade.attempt + 1) return [" (not tried again: ", ...causeText(dropped.why), ")"];
  const retry = retries.get(upgrade.agent.id);
  if (!retry) return [];
  const pending = pendingRetry(rollout, upgrade);
  if (pending && !followsUp(rollout, upgrade)) return [" (not retried: the rollout was stopped)"];
  if (pending) {
    const when: Line = rollout.status === "paused" ? ["after Resume"] : ["at ", timeOfDay(pending.notBefore)];
    return [" (Drydock retries ", ...when, " for ", { person: pending.by }, ")"];
  }
  if (retry.dropped !== undefined) return [" (not retried: ", ...causeText(retry.dropped), ")"];
  return [` (retried ${count(retry.times, "time")})`];
}
