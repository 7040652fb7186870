import type { Command } from "../src/app/command.ts";
import { adjust } from "./adjust.ts";
import { again } from "./again.ts";
import { agents } from "./agents.ts";
import { approve } from "./approve.ts";
import { cancel } from "./cancel.ts";
import { deny } from "./deny.ts";
import { help } from "./help.ts";
import { pause } from "./pause.ts";
import { policy } from "./policy.ts";
import { request } from "./request.ts";
import { resume } from "./resume.ts";
import { retry } from "./retry.ts";
import { rollouts } from "./rollouts.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { testConnection } from "./test-connection.ts";
import { upgrade } from "./upgrade.ts";
import { upgradeRecommended } from "./upgrade-recommended.ts";
import { upgradeRequired } from "./upgrade-required.ts";
import { whoami } from "./whoami.ts";
import { withdraw } from "./withdraw.ts";

/** Everything that can be said, in the order in which the help lists it. */
export const commands: readonly Command[] = [
  status,
  upgradeRequired,
  upgradeRecommended,
  upgrade,
  rollouts,
  pause,
  resume,
  stop,
  retry,
  testConnection,
  policy,
  whoami,
  help,
  start,
  request,
  approve,
  deny,
  withdraw,
  again,
  adjust,
  cancel,
  agents,
];
