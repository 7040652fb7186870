import { visible } from "./agents-api.ts";
import { type Asked, json, type Reply, type Route, text, type World } from "./answers.ts";
import type { Deployment } from "./deployments.ts";

/** Both forms of docs/urbancode-deploy.md, "What runs now". A server that lacks one answers 404. */
export const activityRoutes: readonly Route[] = [
  { method: "GET", path: /^\/cli\/workflowTrace\/currentActivity$/, answer: (_asked, world) => current("cli", world) },
  {
    method: "GET",
    path: /^\/rest\/workflow\/currentActivity$/,
    answer: ({ query }, world) => current("rest", world, Number(query.get("rowsPerPage") ?? Number.POSITIVE_INFINITY)),
  },
  { method: "GET", path: /^\/cli\/agentCLI\/usage$/, answer: usage },
];

function current(form: "cli" | "rest", world: World, most = Number.POSITIVE_INFINITY): Reply {
  if (!world.conditions.activityForms.includes(form)) return text(404, "Not Found");
  return json(
    world.deployments
      .running()
      .slice(0, most)
      .map((deployment) => toEntry(deployment, world.conditions.activityAgents)),
  );
}

/** The fields of docs/urbancode-deploy.md, "What runs now", the start by which the web interface sorts, and what other clients read. */
function toEntry({ id, type, agent, startedAt }: Deployment, named: boolean): Record<string, unknown> {
  const entry = { id, processRequestType: type, startDate: Math.round(startedAt) };
  const shown = agent && named ? { agent: { id: agent.id, name: agent.name } } : {};
  switch (type) {
    case "application":
      return {
        ...entry,
        traceId: `trace-${id}`,
        application: { name: "Shop" },
        applicationProcess: { name: "Deploy" },
      };
    case "component":
      return { ...entry, component: { name: "Shop" }, componentProcess: { name: "Deploy" }, ...shown };
    case "generic":
      return {
        ...entry,
        workflowTraceId: `trace-${id}`,
        process: { name: "Maintenance" },
        resource: { name: "Maintenance", ...shown },
      };
  }
}

/** The day's high-water marks of the whole server, and not what runs now. */
function usage(asked: Asked, world: World): Reply {
  const { online, running } = world.deployments.marks();
  return json({ onlineAgents: Math.min(online, visible(asked, world).length), agentsrunningDeployments: running });
}
