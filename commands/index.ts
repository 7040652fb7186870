import type { Command } from "../src/app/command.ts";
import { adjust } from "./adjust.ts";
import { agents } from "./agents.ts";
import { cancel } from "./cancel.ts";
import { help } from "./help.ts";
import { rollouts } from "./rollouts.ts";
import { start } from "./start.ts";
import { status } from "./status.ts";
import { stop } from "./stop.ts";
import { upgrade } from "./upgrade.ts";
import { upgradeRecommended } from "./upgrade-recommended.ts";
import { upgradeRequired } from "./upgrade-required.ts";
import { whoami } from "./whoami.ts";

/** Everything that can be said, in the order in which the help lists it. */
export const commands: readonly Command[] = [
  status,
  upgradeRequired,
  upgradeRecommended,
  upgrade,
  rollouts,
  stop,
  whoami,
  help,
  start,
  adjust,
  cancel,
  agents,
];
