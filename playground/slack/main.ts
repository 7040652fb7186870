/**
 * A simulated Slack workspace, by itself, for a Bolt app and for curl. It is not Slack.
 *
 *   npm run -s standin:slack -- --port 8081
 *   curl -d '{"person":"U0ALICE","channel":"C0ONCALL","text":"status"}' http://127.0.0.1:8081/_standin/slash
 *   curl http://127.0.0.1:8081/_standin/messages
 */
import { parseArgs } from "node:util";
import { startSlack } from "./start-slack.ts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      command: { type: "string", default: "/agents" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port wants a number from 0 to 65535, not "${values.port}". Example: --port 8081`);
  const slack = await startSlack({ port, host: values.host, command: values.command });
  const { url, apiUrl, botToken, appToken } = slack;
  console.log(JSON.stringify({ url, apiUrl, botToken, appToken, simulated: true }));
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => void slack.stop().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(2);
});
