import { defineCommand } from "../src/conversation/command.ts";
import { typedName } from "../src/conversation/typed-name.ts";
import { say } from "../src/core/view.ts";
import { stateWords } from "../src/features/rollout/act.ts";
import type { Resumer } from "../src/features/rollout/resumer.ts";
import type { ChooseOnePorts } from "../src/features/rollout/run-control.ts";
import { chooseOne } from "../src/features/rollout/run-control.ts";
import { causesText } from "../src/phrases/cause-text.ts";
import { serverOf } from "../src/servers/current-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports extends ChooseOnePorts {
  readonly resumer: Resumer;
  readonly servers: Servers;
}

export const resume = defineCommand({
  name: "resume",
  group: "Steer",
  summary: "resume a paused rollout as its owner, with your permissions",
  inThread: true,
  needsIdentity: true,
  args: { positional: { hint: "ID", required: false, many: false }, flags: {}, example: "resume prod-142" },
  async handler(args, context, ports: Ports) {
    const { call } = context;
    const act = { verb: "resume", from: ["paused"], already: stateWords } as const;
    const rollout = await chooseOne(act, args.words[0], context, ports);
    const server = serverOf(ports.servers, rollout);
    const form = typedName(server, call, () => ({
      title: `Resume ${rollout.id}`,
      line: [`${rollout.id} resumes with your permissions. You become its owner.`],
      command: "resume",
      args: [rollout.id],
    }));
    if (form) return form;
    const asked = await ports.resumer.resume(server, rollout.id, call);
    if (!asked) return say("resumed", `You resumed ${rollout.id} and are its owner now.`);
    const owner = rollout.owner === call.person ? "" : `You become the owner of ${rollout.id} when it is approved. `;
    return say("resume-needs-approval", [`${owner}It needs approval before it resumes. `, ...causesText(asked)]);
  },
});
