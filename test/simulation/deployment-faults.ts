import type { World } from "./run.ts";

/** What chance may do to deployments: one begins, some end, and the server reports what runs or fails to. None begins on an agent that is away. */
export function disturbDeployments({ server, clock, random }: Pick<World, "server" | "clock" | "random">): void {
  const agents = [...server.agents.values()];
  const agent = agents[Math.floor(random() * agents.length)];
  if (random() < 0.4 && agent && server.statusOf(agent) !== "offline" && !server.deployments.has(agent.id))
    server.deployments.set(agent.id, clock.real());
  for (const id of server.deployments.keys()) if (random() < 0.1) server.deployments.delete(id);
  if (random() < 0.1) server.reports = random() < 0.3 ? "failing" : "named";
}
