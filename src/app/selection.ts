import { type AgentStatus, needsUpgrade } from "../domain/agent.ts";
import { unmetRequirements } from "../domain/policy.ts";
import { parseRange } from "../domain/version.ts";
import type { Arguments, FlagSpec } from "./arguments.ts";
import { nearest } from "./arguments.ts";
import type { CommandContext } from "./command.ts";
import type { Reading, Selection } from "./plans.ts";
import type { Site, Sites } from "./site.ts";
import { UserError } from "./user-error.ts";
import type { View } from "./view.ts";
import { planView } from "./views/plan-view.ts";

/** The flags that every command takes which makes a plan. */
export const SELECTION_FLAGS: Readonly<Record<string, FlagSpec>> = {
  server: { hint: "NAME", kind: "text", summary: "the server, where there are several" },
  name: { hint: "GLOB", kind: "text", many: true, summary: "only agents with such a name, e.g. web-*" },
  exclude: { hint: "GLOB", kind: "text", many: true, summary: "not these" },
  tag: { hint: "TAG", kind: "text", summary: "only agents with this tag" },
  version: { hint: "RANGE", kind: "text", summary: "only agents at such a version, e.g. <7.1 or >=6.2.7.1" },
  limit: { hint: "N", kind: "number", summary: "no more than so many agents" },
  slots: { hint: "N", kind: "number", summary: "no more than so many at once (lower than the server's own limit)" },
  reason: { hint: "TEXT", kind: "text", summary: "why, for the record" },
};

/** Makes a plan from what was said and shows it; `notice` stands above it. */
export async function showPlan(
  said: { readonly name: string; readonly statuses: readonly AgentStatus[]; readonly globs: readonly string[] },
  args: Arguments,
  context: CommandContext,
  words: readonly string[],
  notice?: string,
): Promise<View> {
  const { services, call } = context;
  const site = siteNamed(services.sites, args.text("server"));
  const selection = selectionOf(site, said.statuses, said.globs, args);
  const reading = await services.plans.read(site, selection, call.person);
  return drawPlan({ site, selection, reading, said: [said.name, ...words] }, context, notice);
}

export function drawPlan(
  made: {
    readonly site: Site;
    readonly selection: Selection;
    readonly reading: Reading;
    readonly said: readonly string[];
  },
  { services, call }: CommandContext,
  notice?: string,
): View {
  const { site, reading } = made;
  const [command = "", ...args] = made.said;
  const draft = services.plans.keep({
    person: call.person,
    channel: call.channel,
    site,
    selection: made.selection,
    said: { command, args },
    plan: reading.plan,
  });
  const unmet =
    reading.plan.agents.length > 0
      ? unmetRequirements({ policy: site.policy, agents: reading.plan.agents.length, channelAllowed: true })
      : [];
  return planView({
    reading,
    draftId: draft.id,
    slots: reading.plan.options.slots,
    unmet: unmet.length > 0 ? unmet.join(" ") : undefined,
    said: made.said,
    ...(notice ? { notice } : {}),
  });
}

/** The server that was named, or the only one there is. */
export function siteNamed(sites: Sites, name: string | undefined): Site {
  const known = [...sites.keys()];
  const only = known.length === 1 ? known[0] : undefined;
  const site = sites.get(name ?? only ?? "");
  if (site) return site;
  if (name === undefined)
    throw new UserError(`There are several servers; say which: --server ${known.join(" or --server ")}.`);
  const near = nearest(name, known);
  throw new UserError(
    `There is no server "${name.slice(0, 60)}".${near ? ` Did you mean ${near}?` : ""} There are: ${known.join(", ")}.`,
  );
}

function selectionOf(
  site: Site,
  statuses: readonly AgentStatus[],
  globs: readonly string[],
  args: Arguments,
): Selection {
  const range = args.text("version");
  const version = range === undefined ? undefined : parseRange(range);
  if (range !== undefined && !version)
    throw new UserError(
      `--version wants a range of versions, not "${range.slice(0, 60)}". Example: --version "<7.1" or --version ">=6.2.7.1"`,
    );
  const limit = args.number("limit");
  if (limit === 0) throw new UserError("--limit 0 leaves nothing to do. Example: --limit 25");
  const slots = args.number("slots");
  if (slots !== undefined && (slots < 1 || slots > site.policy.slots)) {
    throw new UserError(
      `--slots can only lower the limit of ${site.name}: 1 to ${site.policy.slots}, not ${slots}. At most 10 upgrades at once is the vendor's advice: many at once load the server.`,
    );
  }
  return {
    statuses: statuses.filter(needsUpgrade),
    names: [...globs, ...args.texts("name")],
    exclude: args.texts("exclude"),
    tag: args.text("tag"),
    version,
    limit,
    slots,
    reason: args.text("reason"),
  };
}
