import { defineCommand } from "../src/app/command.ts";
import type { ChooseOnePorts } from "../src/app/conversation/run-control.ts";
import { chooseOne, stateWords } from "../src/app/conversation/run-control.ts";
import type { Resumer } from "../src/app/gates/resume.ts";
import type { Servers } from "../src/app/managed-server.ts";
import { typedName } from "../src/app/plans/typed-name.ts";
import { serverOf } from "../src/app/rollouts/find-rollout.ts";
import { say } from "../src/app/view.ts";
import { causesText } from "../src/app/views/cause-text.ts";

interface Ports extends ChooseOnePorts {
  readonly resumer: Resumer;
  readonly servers: Servers;
}

export const resume = defineCommand({
  name: "resume",
  group: "Rollouts",
  summary: "resume a paused rollout with your permissions: you become its owner",
  inThread: true,
  needsIdentity: true,
  args: { positional: { hint: "ID", required: false, many: false }, flags: {}, example: "/agents resume prod-142" },
  async handler(args, context, ports: Ports) {
    const { call } = context;
    const act = { verb: "resume", from: ["paused"], already: stateWords } as const;
    const rollout = await chooseOne(act, args.words[0], context, ports);
    const server = serverOf(ports.servers, rollout);
    const form = typedName(server, call, {
      title: `Continue ${rollout.id}`,
      line: [`${rollout.id} goes on with your rights, and is yours from then on.`],
      command: "resume",
      args: [rollout.id],
    });
    if (form) return form;
    const asked = await ports.resumer.resume(server, rollout.id, call.person);
    if (!asked) return say("resumed", `${rollout.id} goes on, with your rights: it is yours now.`);
    return say("resume-needs-approval", [
      `${rollout.id} is yours now, and asks for approval before it goes on. `,
      ...causesText(asked),
    ]);
  },
});
