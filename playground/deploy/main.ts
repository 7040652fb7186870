import { readNumber, readOptions, readPort } from "../options.ts";
import { endOnSignals, runProgram } from "../run-program.ts";
import { startDeploy } from "./start-deploy.ts";

const USAGE = `A simulated UrbanCode Deploy server, by itself, for curl and other clients. It is no real server and upgrades nothing.

  npm run -s standin:deploy -- --port 8080 --agents 50 --seed 1 --scale 60
  curl -u drydock:dry-dock-password http://127.0.0.1:8080/cli/agentCLI
  curl -u drydock:dry-dock-password -X PUT 'http://127.0.0.1:8080/cli/agentCLI/upgrade?agent=web-001'
  curl http://127.0.0.1:8080/_standin/state
  curl -d '{"relay":"relay-1","up":false}' http://127.0.0.1:8080/_standin/relay
  curl -d '{"relay":"relay-1"}' http://127.0.0.1:8080/_standin/upgrade-relay
  curl -d '{"full":true}' http://127.0.0.1:8080/_standin/disk
  curl -d '{"agents":3}' http://127.0.0.1:8080/_standin/elsewhere

Options: --port, --host, --agents, --seed, --scale (simulated minutes in a minute), --faults (share, 0 to 1),
--deployments (share of agents on which deployments begin and end, 0 to 1),
--server-version, --help. The first line that it prints is JSON.`;

async function main(argv: readonly string[]): Promise<void> {
  const values = readOptions(argv, {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    agents: { type: "string", default: "50" },
    seed: { type: "string", default: "1" },
    scale: { type: "string", default: "1" },
    faults: { type: "string", default: "0" },
    deployments: { type: "string", default: "0" },
    "server-version": { type: "string", default: "7.2.3.1.1150420" },
  });
  const deploy = await startDeploy({
    port: readPort(values.port),
    host: values.host,
    agents: readNumber("agents", values.agents, { least: 0, most: 20_000, whole: true }),
    seed: readNumber("seed", values.seed, { least: 0, most: 2 ** 31, whole: true }),
    scale: readNumber("scale", values.scale, { least: 0.01, most: 100_000 }),
    faults: readNumber("faults", values.faults, { least: 0, most: 1 }),
    deployments: readNumber("deployments", values.deployments, { least: 0, most: 1 }),
    serverVersion: values["server-version"],
  });
  endOnSignals(() => deploy.stop());
  const { url, user, password, token } = deploy;
  console.log(JSON.stringify({ url, user, password, token, simulated: true }));
}

runProgram(USAGE, main);
