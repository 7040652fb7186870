import { defineCommand } from "../src/app/command.ts";
import { chooseOne, stateWords } from "../src/app/conversation/run-control.ts";
import { typedName } from "../src/app/plans/typed-name.ts";
import { UserError } from "../src/app/user-error.ts";
import { say } from "../src/app/view.ts";

export const resume = defineCommand({
  name: "resume",
  summary: "resume a paused rollout with your permissions: you become its owner",
  inThread: true,
  needsIdentity: true,
  args: { positional: { hint: "ID", required: false, many: false }, flags: {}, example: "/agents resume prod-142" },
  async handler(args, context) {
    const { services, call } = context;
    const act = { verb: "resume", from: ["paused"], already: stateWords } as const;
    const rollout = await chooseOne(act, args.words[0], context);
    const server = services.servers.get(rollout.plan.server);
    if (!server)
      throw new UserError(
        "server-not-configured",
        `${rollout.plan.server} is not configured any more, so ${rollout.id} cannot go on.`,
      );
    const form = typedName(server, call, {
      title: `Continue ${rollout.id}`.slice(0, 24),
      line: [`${rollout.id} goes on with your rights, and is yours from then on.`],
      command: "resume",
      args: [rollout.id],
    });
    if (form) return form;
    const asked = await services.resumer.resume(server, rollout, call.person);
    return say(
      asked === undefined ? "resumed" : "resume-needs-approval",
      asked === undefined
        ? `${rollout.id} goes on, with your rights: it is yours now.`
        : `${rollout.id} is yours now, and asks for approval before it goes on. ${asked}`,
    );
  },
});
