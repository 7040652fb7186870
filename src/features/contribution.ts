import type { Button, Line, Part, View } from "../core/view.ts";
import type { Blocked } from "../gates/gate.ts";
import type { Policy } from "../model/policy.ts";
import type { Progress } from "../model/rollout/progress.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Claims, Freeze } from "../model/server/claims.ts";
import type { ServerState } from "../model/server/server-state.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { BusyAgents, Slots } from "../servers/server-status.ts";
import type { KeptSlots } from "./rollout/kept-slots.ts";

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
  /** Failed agents that keep all slots for which it waits; undefined unless it waits for nothing else. */
  readonly kept: KeptSlots | undefined;
  /** For how long it runs and how long it takes; undefined while that clock stands still. */
  readonly times: string | undefined;
}

/** What a rollout's card says of itself, between its buttons and what the features add. */
export interface CardBody extends Pick<View, "key" | "summary"> {
  readonly heading: string;
  readonly lines: readonly Line[];
  readonly notes: readonly Line[];
}

/** What one feature adds to a card, each at its place. */
export interface CardParts {
  /** In place of what the card says of its agents. */
  readonly body?: CardBody | undefined;
  /** At the end of the card's text. */
  readonly lines?: readonly Line[];
  /** Below the card's text. */
  readonly panel?: readonly Part[];
  readonly buttons?: readonly Button[];
}

/** One message in the thread of a rollout. */
export interface Reply {
  readonly key: string;
  readonly view: View;
  /** `once`: posted and left as it is. `redrawn`: edited as it changes. `correction`: edited if it was posted, and never posted. */
  readonly how: "once" | "redrawn" | "correction";
  /** In the operations channel, not in the thread. */
  readonly toOperations?: boolean;
  /** Posted even if the rollout is over. */
  readonly outlives?: boolean;
}

/** What replies are drawn from. */
export interface ReplyInput {
  readonly rollout: Rollout;
  /** As it is shown. */
  readonly server: ManagedServer;
  readonly state: ServerState;
  readonly freeze: Freeze | undefined;
}

/** One message in the operations channel about a server. */
export interface Notice {
  readonly key: string;
  readonly view: View;
  /** Edited if it was posted, and never posted. */
  readonly isSound?: boolean;
}

/** What notices are drawn from. */
export interface NoticeInput {
  readonly server: Pick<ManagedServer, "name" | "policy">;
  readonly state: Pick<ServerState, "required">;
  readonly claims: Claims;
}

/** What a feature adds to what Slack shows of rollouts and servers: data, so that neither reporting nor the card names features. */
export interface Contribution {
  /** What of a rollout its cards and replies are about: no others are drawn by it. Left out = every rollout. */
  readonly of?: "request" | "schedule" | "offer" | "review" | "relays";
  readonly card?: (input: CardInput) => CardParts;
  readonly replies?: (input: ReplyInput) => readonly Reply[];
  readonly notices?: (input: NoticeInput) => readonly Notice[];
}
