import { WebSocket } from "ws";
import { type SlackStandin, startSlack } from "../../playground/slack/start-slack.ts";
import { clock, until } from "./time.ts";

const ends: (() => unknown)[] = [];
/** Ends every stand-in and every connection of a test. */
export async function stopAll(): Promise<void> {
  for (const end of ends.splice(0).reverse()) await end();
}

/** A workspace on the turn clock of this test file, unless the test has a clock of its own. */
export async function start(options: Parameters<typeof startSlack>[0] = {}) {
  ends.push(clock.run());
  const slack = await startSlack({ clock, ...options });
  ends.push(() => slack.stop());
  return slack;
}

export async function call(slack: SlackStandin, method: string, args: Record<string, unknown>, token = slack.botToken) {
  const body = new URLSearchParams(
    Object.entries(args).map(([key, value]): [string, string] => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  const response = await fetch(slack.apiUrl + method, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body,
  });
  return {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    json: (await response.json()) as Record<string, unknown>,
  };
}

/** Opens a socket; the frames that come, from the first of this type on. */
export async function connect(slack: SlackStandin, acknowledge: boolean, first = "hello") {
  const { json } = await call(slack, "apps.connections.open", {}, slack.appToken);
  const socket = new WebSocket(String(json.url));
  ends.push(() => socket.terminate());
  const frames: Record<string, unknown>[] = [];
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data)) as Record<string, unknown>;
    frames.push(frame);
    if (acknowledge && frame.envelope_id) socket.send(JSON.stringify({ envelope_id: frame.envelope_id }));
  });
  await until(first, () => frames.some(({ type }) => type === first));
  return frames;
}
