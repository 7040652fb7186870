/**
 * A simulated UrbanCode Deploy server, by itself, for curl and other clients. It is no real server and upgrades nothing.
 *
 *   npm run -s standin:deploy -- --port 8080 --agents 50 --seed 1 --scale 60
 *   curl -u drydock:dry-dock-password http://127.0.0.1:8080/cli/agentCLI
 *   curl -u drydock:dry-dock-password -X PUT 'http://127.0.0.1:8080/cli/agentCLI/upgrade?agent=web-001'
 *   curl http://127.0.0.1:8080/_standin/state
 *   curl -d '{"relay":"relay-1","up":false}' http://127.0.0.1:8080/_standin/relay
 *   curl -d '{"relay":"relay-1"}' http://127.0.0.1:8080/_standin/upgrade-relay
 *   curl -d '{"full":true}' http://127.0.0.1:8080/_standin/disk
 *   curl -d '{"agents":3}' http://127.0.0.1:8080/_standin/elsewhere
 */
import { parseArgs } from "node:util";
import { startDeploy } from "./start-deploy.ts";

function numberFlag(name: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (Number.isFinite(number) && number >= least && number <= most) return number;
  throw new Error(
    `--${name} wants a number from ${least} to ${most}, not "${value}". Example: --${name} ${Math.max(least, 1)}`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      agents: { type: "string", default: "50" },
      seed: { type: "string", default: "1" },
      scale: { type: "string", default: "1" },
      faults: { type: "string", default: "0" },
      "server-version": { type: "string", default: "7.2.3.1.1150420" },
    },
  });
  const deploy = await startDeploy({
    port: numberFlag("port", values.port, 0, 65_535),
    host: values.host,
    agents: numberFlag("agents", values.agents, 0, 20_000),
    seed: numberFlag("seed", values.seed, 0, 2 ** 31),
    scale: numberFlag("scale", values.scale, 0.01, 100_000),
    faults: numberFlag("faults", values.faults, 0, 1),
    serverVersion: values["server-version"],
  });
  const { url, user, password, token } = deploy;
  console.log(JSON.stringify({ url, user, password, token, simulated: true }));
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => void deploy.stop().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
});
