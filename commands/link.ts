import { type Call, defineCommand } from "../src/app/command.ts";
import { readToken } from "../src/app/people/read-token.ts";
import { OFF } from "../src/app/people/tokens.ts";
import { cannotLink } from "../src/app/people/verify-token.ts";
import type { Services } from "../src/app/services.ts";
import type { Site } from "../src/app/site.ts";
import { UserError } from "../src/app/user-error.ts";
import { data, type Shown, say } from "../src/app/view.ts";
import { linkModal, TOKEN_FIELD } from "../src/app/views/link-view.ts";
import { within } from "../src/app/within.ts";

/** A trigger_id opens a form for 3 s: where the server takes longer to say who somebody is, they are told after the form. */
const PATIENCE = 1_500;

/** `link [SERVER]` opens a form; it comes back with the server and the token. */
export const link = defineCommand({
  name: "link",
  summary: "have upgrades asked for with a token of your own, so that the server's audit names you",
  needsIdentity: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents link prod" },
  async handler(args, { call, services, word }) {
    if (!services.tokens.on) throw new UserError("own-tokens-off", OFF);
    const site = chosen(services, args.words[0]?.toLowerCase(), word);
    if (call.via === "form") return keep(site, call, services);
    const identity = await within(services.clock, PATIENCE, services.identities.on(site, call.person));
    const barred = identity && cannotLink(site, identity, call.person);
    if (barred !== undefined) throw new UserError("token-not-linkable", barred);
    return linkModal({ server: site.name, user: identity?.user, word, proven: site.whoAmI !== undefined });
  },
});

function chosen({ sites }: Services, name: string | undefined, word: string): Site {
  const known = [...sites.keys()];
  const site = sites.get(name ?? (known.length === 1 ? (known[0] ?? "") : ""));
  if (site) return site;
  const ways = known.map((server) => `${word} link ${server}`).join(" or ");
  if (name === undefined) throw new UserError("which-server", `There are several servers; say for which: ${ways}.`);
  throw new UserError("no-such-server", `There is no server "${name.slice(0, 60)}": ${ways}.`);
}

async function keep(
  site: Site,
  { person, secrets }: Extract<Call, { readonly via: "form" }>,
  { identities, tokens }: Services,
): Promise<Shown> {
  const read = readToken(secrets?.[TOKEN_FIELD]);
  if ("problem" in read) return { errors: { [TOKEN_FIELD]: read.problem } };
  const identity = await identities.on(site, person);
  const { user, proof } = await tokens.link(site, person, identity, read.token);
  return say(
    "linked",
    [
      "Linked: from now on your upgrades on ",
      { bold: site.name },
      " are asked for with your own token, as ",
      data(user.name),
      ".",
    ],
    proof === "server"
      ? "The server says that it is yours."
      : "The server does not tell whose it is: it shows exactly the rights that you have there, and adds none to them.",
    "When it expires Drydock does not know: where the server does not take it any more, your rollouts pause, and you are told.",
  );
}
