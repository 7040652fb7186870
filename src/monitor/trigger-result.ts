import { cause } from "../core/cause.ts";
import { serverTrouble } from "../core/server-trouble.ts";
import { ServerError, type TriggerResult } from "../model/deploy-server.ts";
import type { NewEvent } from "../model/events.ts";
import { notTriggered } from "../model/upgrade/decide-upgrade.ts";
import { MAX_POSTPONEMENTS, waitFor } from "../model/upgrade/postponement.ts";

const UPGRADE = "upgrade of an agent";

/** What the answer to a request says about the server; undefined where nothing is wrong with it. */
export function troubleOf(server: string, result: TriggerResult): ServerError | undefined {
  switch (result.kind) {
    case "accepted":
    case "refused":
      return undefined;
    case "unsent":
      return result.late ? undefined : new ServerError("unreachable", result.trouble);
    case "postponed":
      if (result.status === 401) return new ServerError("login-refused", result.trouble ?? result.text, result.status);
      // Only this one says something about the server: that it has too much to do.
      return result.status === 429 ? new ServerError("failing", result.text, result.status) : undefined;
    case "uncertain":
      if (result.code === "answered-409") return undefined;
      if (result.code === "not-the-api")
        return new ServerError(
          "not-the-api",
          serverTrouble("not-the-api", server, { call: UPGRADE, text: result.text }),
        );
      if (result.status !== undefined) return new ServerError("failing", result.text, result.status);
      return new ServerError("unreachable", serverTrouble("no-answer", server, { call: UPGRADE, reason: result.text }));
  }
}

/** What is written down of the answer. @param postponements how often the server has put the attempt off before. */
export function triggerResultEvents(result: TriggerResult, postponements: number): readonly NewEvent[] {
  switch (result.kind) {
    case "accepted":
      return [{ type: "upgrade.triggered", data: { status: result.status } }];
    case "uncertain":
      return [
        { type: "upgrade.uncertain", data: { text: result.text, ...(result.code ? { code: result.code } : {}) } },
      ];
    case "postponed": {
      const { status, text, wait } = result;
      if (postponements >= MAX_POSTPONEMENTS) return notTriggered("refused", cause("server-said", { text }));
      return [{ type: "upgrade.postponed", data: { status, text, wait: waitFor(wait, postponements) } }];
    }
    case "refused":
      return notTriggered("refused", cause("server-said", { text: result.text }));
    case "unsent":
      return notTriggered("unsent", cause("server-trouble", result.trouble));
  }
}
