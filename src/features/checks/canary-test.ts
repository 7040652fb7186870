import { type Agent, needsUpgrade } from "../../core/agent.ts";
import { canariesFirst } from "../../model/plan/canaries-first.ts";
import type { Authorize } from "../../people/authorize.ts";
import { plainCause } from "../../phrases/cause-text.ts";
import type { WordedFinding } from "../../phrases/finding-text.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { testConnections } from "./connection-test.ts";

const CANARIES = 3;
/** So many are asked about for those few. */
const MAX_LOOKED_AT = 12;

/** A few agents that want an upgrade, chosen as canaries are, among those that the person may view. */
export async function canariesOf(
  agents: readonly Agent[],
  views: (agentId: string) => Promise<boolean>,
): Promise<readonly Agent[]> {
  const wanting = agents.filter(({ status, active }) => active && needsUpgrade(status));
  const placed = wanting.map((agent) => ({
    agent,
    version: agent.version ?? null,
    ...(agent.relayId ? { relay: agent.relayId } : {}),
  }));
  const chosen: Agent[] = [];
  for (const { agent } of canariesFirst(placed, MAX_LOOKED_AT).slice(0, MAX_LOOKED_AT)) {
    if (chosen.length >= CANARIES) break;
    if (await views(agent.id)) chosen.push(agent);
  }
  return chosen;
}

/** Has the server test its connection to them, once each, with the rights that an upgrade wants. Throws UserError and ServerError. */
export async function testFindings(
  server: ManagedServer,
  person: string,
  canaries: readonly Agent[],
  authorize: Pick<Authorize, "onAgents">,
): Promise<readonly WordedFinding[]> {
  if (canaries.length === 0)
    return [
      {
        topic: "preflight",
        level: "note",
        sentence: ["No connection was tested: no agent that you may view needs an upgrade."],
        todo: ["Name one: ", { say: "check --agent NAME --test" }, "."],
      },
    ];
  const tested = await testConnections(server, person, canaries, authorize);
  return tested.map(({ name, answer }): WordedFinding => {
    if (answer.kind !== "answered") {
      const isTested = answer.kind === "none";
      const words = isTested ? " got no answer to its test: " : " was not tested: ";
      const why = { data: plainCause(answer.why, "you") };
      const ask = `Ask an administrator of ${server.name} for these permissions, or a person who has them to test it.`;
      return {
        topic: "preflight",
        level: "warn",
        sentence: ["The connection to ", { data: name }, words, why, ...(isTested ? [] : ["."])],
        todo: [isTested ? "Check that the agent runs and that its relay is up, and read its agent log." : ask],
      };
    }
    const words = answer.text === "" ? [" and said nothing more."] : [" and said: ", { data: answer.text }];
    return {
      topic: "preflight",
      level: "note",
      sentence: ["The server accepted the test of its connection to ", { data: name }, ...words],
      todo: ["What it answers to a test is not documented: read its own words."],
    };
  });
}
