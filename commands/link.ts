import { beforeForm } from "../src/conversation/before-form.ts";
import { defineCommand } from "../src/conversation/command.ts";
import type { Call } from "../src/core/call.ts";
import type { Clock } from "../src/core/ports.ts";
import { UserError } from "../src/core/user-error.ts";
import { data, type Line, type Shown, say, type View } from "../src/core/view.ts";
import { linkModal, TOKEN_FIELD } from "../src/features/own-tokens/link-view.ts";
import type { Identities } from "../src/people/identity.ts";
import { readToken } from "../src/people/read-token.ts";
import type { Tokens } from "../src/people/tokens.ts";
import { OFF } from "../src/people/tokens.ts";
import { cannotLink } from "../src/people/verify-token.ts";
import type { Projections } from "../src/projections/projections.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly clock: Clock;
  readonly identities: Identities;
  readonly servers: Servers;
  readonly tokens: Tokens;
}

/** `link [SERVER]` opens a form; it comes back with the server and the token. */
export const link = defineCommand({
  name: "link",
  group: "Me",
  summary: "link your own token, so that the server's audit names you",
  needsIdentity: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "link prod" },
  isOff: ({ tokens }: Ports) => !tokens.on,
  async handler(args, { call, word }, ports: Ports) {
    if (!ports.tokens.on) throw new UserError("own-tokens-off", OFF);
    const server = chosen(ports, args.words[0]?.toLowerCase(), word);
    if (call.via === "form") return keep(server, call, ports);
    if (call.via === "mention") return formButton(server.name);
    const identity = await beforeForm(ports.clock, call, ports.identities.on(server, call.person));
    const blocked = identity && cannotLink(server, identity, call.person);
    if (blocked !== undefined) throw new UserError("token-not-linkable", blocked);
    return linkModal({ server: server.name, user: identity?.user, word, proven: server.whoAmI !== undefined });
  },
});

function chosen({ servers }: Ports, name: string | undefined, word: string): ManagedServer {
  const known = [...servers.keys()];
  const server = servers.get(name ?? (known.length === 1 ? (known[0] ?? "") : ""));
  if (server) return server;
  const ways = known.map((server) => `${word} link ${server}`).join(" or ");
  if (name === undefined) throw new UserError("which-server", `There are several servers. Name one: ${ways}.`);
  throw new UserError("no-such-server", `There is no server "${name.slice(0, 60)}": ${ways}.`);
}

/** What was said in a thread opens no form, a press does. */
function formButton(server: string): View {
  const button = { label: "Link my token", command: "link", args: [server], style: "primary" } as const;
  return {
    key: "link-here",
    summary: ["Press the button to link your own token for ", { bold: server }, "."],
    parts: [
      { kind: "text", lines: [["Press the button to link your own token for ", { bold: server }, "."]] },
      { kind: "buttons", buttons: [button] },
    ],
  };
}

async function keep(
  server: ManagedServer,
  call: Extract<Call, { readonly via: "form" }>,
  { identities, tokens }: Ports,
): Promise<Shown> {
  const read = readToken(call.secrets?.[TOKEN_FIELD]);
  if ("problem" in read) return { errors: { [TOKEN_FIELD]: read.problem } };
  const identity = await identities.on(server, call.person);
  const { user, proof } = await tokens.link(server, call, identity, read.token);
  return say(
    "linked",
    [
      "Linked: from now on your upgrades on ",
      { bold: server.name },
      " are requested with your own token, as ",
      data(user.name),
      ".",
    ],
    proof === "server"
      ? "The server confirms that it is yours."
      : "The server does not report whose it is. It shows exactly the permissions that you have there, and adds none to them.",
    "Drydock does not know when it expires. If the server refuses it, your rollouts pause and Drydock sends you a message.",
  );
}

interface UnlinkPorts {
  readonly projections: Projections;
  readonly tokens: Tokens;
}

/** Asks no server: a token can be destroyed while it is down. */
export const unlink = defineCommand({
  name: "unlink",
  group: "Me",
  summary: "destroy your own token for a server, or all of them",
  always: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "unlink prod" },
  isOff: ({ tokens }: UnlinkPorts) => !tokens.on,
  async handler(args, { call }, ports: UnlinkPorts) {
    const asked = args.words[0]?.toLowerCase();
    const mine = [...ports.projections.tokens].filter(
      ({ person, server }) => person === call.person && (asked === undefined || server === asked),
    );
    if (mine.length === 0)
      throw new UserError(
        "no-token",
        asked === undefined
          ? "You have no token of your own linked."
          : `You have no token of your own linked for "${asked.slice(0, 60)}".`,
      );
    const lines: Line[] = [];
    for (const { server } of mine) {
      const paused = (await ports.tokens.unlink(server, call)) ?? [];
      const ids = paused.map(({ id }) => id).join(", ");
      lines.push([
        "Destroyed: your own token for ",
        data(server),
        ". Drydock's own account asks for your upgrades from now on.",
        ...(ids === ""
          ? []
          : [` Paused, because it was started with your token: ${ids}. Resume upgrades the other agents without it.`]),
      ]);
    }
    return say("unlinked", ...lines);
  },
});
