import { isNameOnly } from "../core/glob.ts";
import { SlackError } from "../core/ports.ts";
import { sameName } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { NeverRule, Policy } from "../model/policy.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Visibility } from "./visibility.ts";

/** The rules of a server for one person: of those about a single agent, only those about agents that they may view. */
export async function visibleRules(
  server: ManagedServer,
  person: string,
  visibility: Pick<Visibility, "agents">,
): Promise<{ readonly policy: Policy; readonly hidden: number }> {
  const { policy } = server;
  if (!policy.never.some(isOfOne)) return { policy, hidden: 0 };
  const seen = await namesSeen(server, person, visibility).catch(noneUntold);
  const never = policy.never.filter((rule) => !isOfOne(rule) || seen.some((name) => sameName(name, rule.glob)));
  return { policy: { ...policy, never }, hidden: policy.never.length - never.length };
}

/** The names in the rules whose agents the person may view. */
async function namesSeen(
  server: ManagedServer,
  person: string,
  visibility: Pick<Visibility, "agents">,
): Promise<readonly string[]> {
  const rules = server.policy.never.filter(isOfOne);
  const [agents, views] = await Promise.all([server.fleet.agents(), visibility.agents(server, person)]);
  const seen: string[] = [];
  for (const { id, name } of agents)
    if (rules.some(({ glob }) => sameName(name, glob)) && (await views(id))) seen.push(name);
  return seen;
}

function noneUntold(error: unknown): readonly string[] {
  if (error instanceof ServerError || error instanceof SlackError || error instanceof UserError) return [];
  throw error;
}

function isOfOne(rule: NeverRule): rule is Extract<NeverRule, { readonly glob: string }> {
  return "glob" in rule && isNameOnly(rule.glob);
}
