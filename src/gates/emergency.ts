import { everyAgent } from "../model/plan/plan.ts";
import { wantsApprovals } from "../model/policy.ts";
import { MAX_IN_EMERGENCY } from "../model/rollout/request.ts";
import { REFUSE, type RolloutGate } from "./gate.ts";
import { fieldSetting } from "./setting.ts";
import { yesOrNo } from "./setting-schemas.ts";

/** In an emergency a few agents start without approval, where the server takes such and a reason is given. */
export const emergency: RolloutGate = {
  id: "emergency",
  at: ["start"],
  setting: fieldSetting("emergency", {
    schema: yesOrNo("emergency: true").default(false),
    fallback: false,
    doc: "Small rollouts may start without approval. See Emergencies.",
    words: (isOn, policy) =>
      isOn && wantsApprovals(policy)
        ? [
            [
              `In an emergency (--emergency "REASON") a person may start up to ${MAX_IN_EMERGENCY} agents within 24 h without approval. Drydock posts it in the operations channel, and an approver has to review it.`,
            ],
          ]
        : [],
  }),
  blocks({ plan, emergencySize: size }, { policy: { server, emergency: isTaken } }) {
    if (size === undefined) return undefined;
    if (!isTaken) return { code: "not-taken", params: { server }, ...REFUSE };
    if ((plan.options.reason ?? "").trim() === "") return { code: "no-reason", params: {}, ...REFUSE };
    if (size <= MAX_IN_EMERGENCY) return undefined;
    const earlier = size > everyAgent(plan).length;
    return { code: "too-many", params: { size, earlier }, ...REFUSE };
  },
  phrase({ code, params: { server, size, earlier } }) {
    if (code === "not-taken")
      return [
        `${server} allows no emergencies: leave out --emergency and ask for approval. The platform team can set "emergency: true" for it in the configuration.`,
      ];
    if (code === "no-reason") return ['An emergency requires a reason: --emergency "agents cannot deploy the fix".'];
    const counted = earlier ? " with those that you started so within the last 24 h" : "";
    return [
      `In an emergency at most ${MAX_IN_EMERGENCY} agents start without approval, and this is ${size}${counted}. Use --limit, or leave out --emergency and ask for approval.`,
    ];
  },
};
