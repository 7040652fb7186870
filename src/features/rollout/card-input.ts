import type { Line } from "../../core/view.ts";
import type { Blocked } from "../../gates/gate.ts";
import type { Policy } from "../../model/policy.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import type { BusyAgents } from "../../servers/server-status.ts";
import type { Slots } from "../../servers/slots.ts";

/** What a rollout's card is drawn from. */
export interface CardInput {
  readonly rollout: Rollout;
  /** The server's, as it is now. */
  readonly policy: Policy;
  readonly progress: Progress;
  readonly upgrades: readonly Upgrade[];
  readonly slots: Slots;
  /** How many of the slots in use are this rollout's. */
  readonly here: number;
  /** Why nothing begins on the server now; the first is told. */
  readonly blocked: readonly Blocked[];
  /** Its agents that wait until a deployment on them ends. */
  readonly busy: Pick<BusyAgents, "agents" | "more"> | undefined;
  /** Why it does not begin though it is approved: something cannot be read. */
  readonly waits: string | undefined;
  /** Why some or all that wait do not begin before the window closes; undefined where all may. */
  readonly exceedsWindow: Line | undefined;
  /** For how long it runs and how long it takes; undefined while that clock stands still. */
  readonly times: string | undefined;
}
