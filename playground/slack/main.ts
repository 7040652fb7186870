import { readOptions, readPort } from "../options.ts";
import { endOnSignals, runProgram } from "../run-program.ts";
import { startSlack } from "./start-slack.ts";

const USAGE = `A simulated Slack workspace, by itself, for a Bolt app and for curl. It is not Slack.

  npm run -s standin:slack -- --port 8081
  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","text":"status"}' http://127.0.0.1:8081/_standin/slash
  curl http://127.0.0.1:8081/_standin/messages
  curl -d '{"person":"U0ALICE","channel":"C0ONCALL","ts":"…","button":"Start"}' http://127.0.0.1:8081/_standin/press

Put the ts of a message from /_standin/messages. A dialog that asks first is answered with yes.
People: U0ALICE, U0BOB, U0CAROL, U0DAVE, with users of the simulated server by e-mail (drydock.test). Channels: C0ONCALL, C0OPS.

Options: --port, --host, --command (the slash command), --help. The first line that it prints is JSON.`;

/** The same at each start, so that the commands of docs/stand-ins.md work as they stand. */
const TOKENS = { bot: "xoxb-standin-bot-token", app: "xapp-standin-app-token" };

async function main(argv: readonly string[]): Promise<void> {
  const { port, host, command } = readOptions(argv, {
    port: { type: "string", default: "0" },
    host: { type: "string", default: "127.0.0.1" },
    command: { type: "string", default: "/agents" },
  });
  const slack = await startSlack({ port: readPort(port), host, command, tokens: TOKENS });
  endOnSignals(() => slack.stop());
  const { url, apiUrl, botToken, appToken } = slack;
  console.log(JSON.stringify({ url, apiUrl, botToken, appToken, simulated: true }));
}

runProgram(USAGE, main);
