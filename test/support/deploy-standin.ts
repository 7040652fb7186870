import { type Deploy, type DeployOptions, startDeploy } from "../../playground/deploy/start-deploy.ts";

export interface DeployStandin extends Deploy {
  /** A request as this user, `name:password`. */
  ask(path: string, user?: string, method?: string): Promise<{ status: number; body: string; headers: Headers }>;
  /** A POST to one of the stand-in's own paths. */
  order(path: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }>;
}

const ends: (() => unknown)[] = [];

/** Ends every stand-in server of a test. */
export async function stopAll(): Promise<void> {
  for (const end of ends.splice(0)) await end();
}

export async function start(options: DeployOptions = {}): Promise<DeployStandin> {
  const deploy = await startDeploy({
    agents: [
      { name: "web-1", relayId: "r1" },
      { name: "db-1", teams: [{ teamId: "t-data", teamLabel: "Data", resourceRoleId: "special" }] },
    ],
    ...options,
  });
  ends.push(() => deploy.stop());
  return {
    ...deploy,
    async ask(path, user = "drydock:dry-dock-password", method = "GET") {
      const response = await fetch(deploy.url + path, {
        method,
        headers: { authorization: `Basic ${Buffer.from(user).toString("base64")}` },
      });
      return { status: response.status, body: await response.text(), headers: response.headers };
    },
    async order(path, body) {
      const response = await fetch(`${deploy.url}/_standin/${path}`, { method: "POST", body: JSON.stringify(body) });
      return { status: response.status, json: (await response.json()) as Record<string, unknown> };
    },
  };
}
