import type { Command, PortsOf } from "../src/conversation/command.ts";
import { approve, deny, rerun } from "../src/features/approval/approval-buttons.ts";
import { testConnection } from "../src/features/checks/connection-test.ts";
import { review } from "../src/features/emergency/review-button.ts";
import { acknowledgeExternal } from "../src/features/external-upgrades/acknowledge-external.ts";
import { accept, decline } from "../src/features/handover/handover-buttons.ts";
import { agents, planAgents } from "../src/features/plan/agents-buttons.ts";
import { adjust, discard } from "../src/features/plan/plan-buttons.ts";
import { planMessage } from "../src/features/plan/plan-message.ts";
import { request, start } from "../src/features/plan/start-buttons.ts";
import { skipRelay } from "../src/features/relay-upgrade/skip-relay.ts";
import { planRest } from "../src/features/rollout/card-buttons.ts";
import { home } from "../src/features/status/read-home.ts";
import { audit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { check } from "./check.ts";
import { doctor } from "./doctor.ts";
import { freeze, unfreeze } from "./freeze.ts";
import { handover } from "./handover.ts";
import { help } from "./help.ts";
import { link, unlink } from "./link.ts";
import { pause } from "./pause.ts";
import { policy } from "./policy.ts";
import { relays } from "./relays.ts";
import { resume } from "./resume.ts";
import { retry } from "./retry.ts";
import { rollouts } from "./rollouts.ts";
import { schedule } from "./schedule.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { upgrade, upgradeRecommended, upgradeRequired } from "./upgrade.ts";
import { upgradeRelay } from "./upgrade-relay.ts";
import { whoami } from "./whoami.ts";

const all = [
  status,
  rollouts,
  audit,
  check,
  doctor,
  relays,
  policy,
  upgradeRequired,
  upgradeRecommended,
  upgrade,
  upgradeRelay,
  pause,
  resume,
  stop,
  retry,
  schedule,
  cancel,
  handover,
  freeze,
  unfreeze,
  whoami,
  link,
  unlink,
  help,
  start,
  request,
  approve,
  deny,
  rerun,
  accept,
  decline,
  adjust,
  discard,
  agents,
  planAgents,
  home,
  planMessage,
  review,
  testConnection,
  planRest,
  acknowledgeExternal,
  skipRelay,
] as const;

/** What the commands together work with: each gets what it names. */
type CommandPorts = PortsOf<(typeof all)[number]>;

/** Everything that can be said, in the order in which the help lists it. */
export const commands: readonly Command<CommandPorts>[] = all;
