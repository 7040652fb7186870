import type { IncomingMessage, ServerResponse } from "node:http";
import type { Fleet } from "./fleet.ts";
import { FAULTS, type Fault } from "./upgrade-life.ts";

export interface Trouble {
  readonly kind: "none" | "unreachable" | "failing" | "slow";
  /** Real seconds. */
  readonly seconds?: number;
}

interface Controls {
  readonly fleet: Fleet;
  readonly requests: ReadonlyMap<string, number>;
  readonly setTrouble: (trouble: Trouble) => void;
}

/**
 * The stand-in's own paths, which no real server has: GET /_standin/state tells the truth, POST /_standin/fault
 * {agent, fault} and POST /_standin/trouble {kind, seconds} break things.
 */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  controls: Controls,
): Promise<void> {
  const path = request.url ?? "";
  const reply = (status: number, value: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  if (request.method === "GET" && path === "/_standin/state") return reply(200, truth(controls));
  if (request.method !== "POST")
    return reply(404, { error: "known: GET /_standin/state, POST /_standin/fault, POST /_standin/trouble" });
  try {
    const body = JSON.parse(await readBody(request)) as {
      agent?: string;
      fault?: Fault | null;
      kind?: Trouble["kind"];
      seconds?: number;
    };
    if (path === "/_standin/trouble" && body.kind)
      controls.setTrouble({ kind: body.kind, seconds: body.seconds ?? 10 });
    else if (path === "/_standin/fault") setFault(controls.fleet, body.agent ?? "", body.fault ?? undefined);
    else
      return reply(404, {
        error: "known: POST /_standin/fault {agent, fault}, POST /_standin/trouble {kind, seconds}",
      });
    reply(200, { ok: true });
  } catch (error) {
    reply(400, { error: error instanceof Error ? error.message : "unreadable" });
  }
}

function setFault(fleet: Fleet, name: string, fault: Fault | undefined): void {
  const agent = fleet.find(name);
  if (!agent) throw new Error(`there is no agent ${name}`);
  if (fault !== undefined && !FAULTS.includes(fault)) throw new Error(`expected a fault: ${FAULTS.join(", ")}`);
  agent.fault = fault;
}

function truth({ fleet, requests }: Pick<Controls, "fleet" | "requests">) {
  return {
    maxInFlight: fleet.maxInFlight,
    inFlight: fleet.inFlight(),
    triggers: fleet.triggers,
    requests: Object.fromEntries(requests),
    agents: [...fleet.agents.values()].map((agent) => ({
      id: agent.id,
      name: agent.name,
      fault: agent.fault ?? null,
      accepted: agent.accepted,
      duplicates: agent.duplicates,
      ...fleet.now(agent),
    })),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > 100_000) throw new Error("the body is too large");
  }
  return body;
}
