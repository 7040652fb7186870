import { createServer, Server } from "node:http";
import type { AddressInfo, ListenOptions } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { WebClient } from "@slack/web-api";
import { vi } from "vitest";
import { freePort } from "../../../playground/free-port.ts";
import { answerWith, passOn, readBody } from "../pass-on.ts";

/** One call of the Web API, and what emulate said to it. `known` is whether it has the method. */
export interface ApiCall {
  readonly method: string;
  readonly known: boolean;
  readonly ok: boolean;
  readonly error: string | undefined;
  /** The scopes that it missed, joined by commas. */
  readonly needed: string | undefined;
}

export interface Emulate {
  readonly apiUrl: string;
  readonly calls: ApiCall[];
  /** A trigger_id, as somebody's press gives one. */
  trigger(token: string, person: string): Promise<string>;
  stop(): Promise<void>;
}

interface Package {
  createEmulator(options: object): Promise<{ close(): Promise<void> }>;
}

/** Starts emulate's Slack, and before it a recorder of what is asked and answered. @param prefix where it is installed. @param seed its workspace. */
export async function startEmulate(prefix: string, seed: object): Promise<Emulate> {
  const { createEmulator } = (await import(
    pathToFileURL(join(prefix, "node_modules/emulate/dist/api.js")).href
  )) as Package;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // It names no interface and would listen on all of them.
  const listen: (this: Server, options: ListenOptions) => Server = Server.prototype.listen;
  const bound = vi.spyOn(Server.prototype, "listen").mockImplementation(function (this: Server) {
    return listen.call(this, { port, host: "127.0.0.1" });
  });
  const emulator = await createEmulator({ service: "slack", port, baseUrl: url, seed: { slack: seed } });
  bound.mockRestore();

  const calls: ApiCall[] = [];
  const recorder = createServer(async (request, response) => {
    const answer = await passOn(url + (request.url ?? "/"), request, await readBody(request));
    const said = (await answer
      .clone()
      .json()
      .catch(() => ({}))) as { ok?: boolean; error?: string; needed?: string };
    const method = (request.url ?? "").replace("/api/", "");
    const { ok = false, error, needed } = said;
    calls.push({ method, known: answer.status !== 404, ok, error, needed });
    await answerWith(response, answer);
  });
  await new Promise<void>((resolve) => recorder.listen(0, "127.0.0.1", resolve));
  return {
    apiUrl: `http://127.0.0.1:${(recorder.address() as AddressInfo).port}/api/`,
    calls,
    async trigger(token, person) {
      const client = new WebClient(token, { slackApiUrl: `${url}/api/` });
      const answer = await client.apiCall("views.generateTriggerId", { user_id: person });
      return String((answer as { trigger_id?: unknown }).trigger_id);
    },
    async stop() {
      recorder.closeAllConnections();
      await new Promise((resolve) => recorder.close(resolve));
      await emulator.close();
    },
  };
}
