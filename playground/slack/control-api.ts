import type { IncomingMessage, ServerResponse } from "node:http";
import { renderText } from "./block-kit.ts";
import type { ClientActions } from "./client-actions.ts";
import type { Faults, SlackFault } from "./faults.ts";
import type { SocketMode } from "./socket-mode.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The stand-in's own paths: POST /_standin/slash {person, channel, text}, /_standin/press {person, channel, ts, button},
 * /_standin/mention {person, channel, thread, text}, /_standin/shortcut {person, channel, ts, callback}, /_standin/home {person},
 * /_standin/fault {kind, times, method?, channel?, error?, ms?, retryAfter?} (`times` a number or "always"), /_standin/delete
 * {channel, ts}, /_standin/archive {channel, archived}, /_standin/share {channel, shared}, /_standin/join {channel, person},
 * /_standin/revoke {revoked}, /_standin/disconnect;
 * GET /_standin/messages.
 */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  ports: {
    readonly workspace: Workspace;
    readonly acts: ClientActions;
    readonly sockets: SocketMode;
    readonly faults: Faults;
  },
): Promise<void> {
  const { workspace, acts, sockets, faults } = ports;
  const path = request.url ?? "";
  const reply = (status: number, value: unknown) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
  if (request.method === "GET" && path === "/_standin/messages") {
    return reply(
      200,
      workspace.messages.map((message) => ({
        ts: message.ts,
        channel: message.channel,
        user: message.user,
        thread: message.thread,
        only: message.only,
        edits: message.edits,
        shown: renderText(message),
      })),
    );
  }
  let body = "";
  for await (const chunk of request) body += String(chunk);
  try {
    const said = JSON.parse(body || "{}") as Record<string, string> & {
      readonly archived?: boolean;
      readonly shared?: boolean;
      readonly revoked?: boolean;
    };
    const { person = "U0ALICE", channel = "C0ONCALL", text = "", ts = "", thread = "", button = "" } = said;
    if (path === "/_standin/slash") acts.slash(person, channel, text);
    else if (path === "/_standin/mention") acts.mention(person, channel, thread, text);
    else if (path === "/_standin/disconnect") sockets.recycle();
    else if (path === "/_standin/delete") workspace.deleteMessage(channel, ts);
    else if (path === "/_standin/archive")
      said.archived === false ? workspace.unarchive(channel) : workspace.archive(channel);
    else if (path === "/_standin/revoke") workspace.tokenRevoked = said.revoked !== false;
    else if (path === "/_standin/share") workspace.share(channel, said.shared !== false);
    else if (path === "/_standin/join") workspace.join(channel, person);
    else if (path === "/_standin/home") acts.openHome(person);
    else if (path === "/_standin/fault") faults.order(JSON.parse(body) as SlackFault);
    else if (path === "/_standin/press" || path === "/_standin/shortcut") {
      const message = workspace.find(channel, ts);
      if (!message) return reply(404, { error: `there is no message ${ts} in ${channel}` });
      if (path === "/_standin/shortcut") {
        acts.shortcut(person, message, said.callback ?? "");
        return reply(200, { ok: true });
      }
      return reply(200, { ok: true, confirm: acts.press(person, message, button) ?? null });
    } else
      return reply(404, {
        error:
          "known: POST /_standin/slash, press, mention, shortcut, home, fault, delete, archive, share, join, revoke, disconnect; GET /_standin/messages",
      });
    reply(200, { ok: true });
  } catch (error) {
    reply(400, { error: error instanceof Error ? error.message : "unreadable" });
  }
}
