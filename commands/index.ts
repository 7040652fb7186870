import type { Command, PortsOf } from "../src/conversation/command.ts";
import { accept } from "./accept.ts";
import { acknowledgeExternal } from "./acknowledge-external.ts";
import { adjust } from "./adjust.ts";
import { agents } from "./agents.ts";
import { approve } from "./approve.ts";
import { audit } from "./audit.ts";
import { cancel } from "./cancel.ts";
import { check } from "./check.ts";
import { decline } from "./decline.ts";
import { deny } from "./deny.ts";
import { discard } from "./discard.ts";
import { doctor } from "./doctor.ts";
import { freeze } from "./freeze.ts";
import { handover } from "./handover.ts";
import { help } from "./help.ts";
import { home } from "./home.ts";
import { link } from "./link.ts";
import { pause } from "./pause.ts";
import { planAgents } from "./plan-agents.ts";
import { planMessage } from "./plan-message.ts";
import { planRest } from "./plan-rest.ts";
import { policy } from "./policy.ts";
import { relays } from "./relays.ts";
import { request } from "./request.ts";
import { rerun } from "./rerun.ts";
import { resume } from "./resume.ts";
import { retry } from "./retry.ts";
import { review } from "./review.ts";
import { rollouts } from "./rollouts.ts";
import { schedule } from "./schedule.ts";
import { skipRelay } from "./skip-relay.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { testConnection } from "./test-connection.ts";
import { unfreeze } from "./unfreeze.ts";
import { unlink } from "./unlink.ts";
import { upgrade } from "./upgrade.ts";
import { upgradeRecommended } from "./upgrade-recommended.ts";
import { upgradeRelay } from "./upgrade-relay.ts";
import { upgradeRequired } from "./upgrade-required.ts";
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
