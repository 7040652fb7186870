import type { Agent } from "../../core/agent.ts";
import { NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { javaWords, raisesJava } from "./java.ts";

/** Which Java the server's version needs, and whether that is more than the versions of its agents needed. */
export function javaFindings(
  agents: readonly Pick<Agent, "version">[],
  serverVersion: string | undefined,
): readonly Finding[] {
  const sentence = javaWords(serverVersion);
  if (!sentence || agents.length === 0) return [];
  if (!agents.some(({ version }) => raisesJava(version, serverVersion)))
    return [{ topic: "java", level: "fine", sentence, todo: NOTHING }];
  const todo = ["Look at the Java of agents with the commands of ", { say: "check --agent NAME" }, "."];
  return [{ topic: "java", level: "note", sentence, todo }];
}
