import type { NewEvent } from "../../domain/events.ts";
import { notTriggered } from "../../domain/upgrades/decide-upgrade.ts";
import { MAX_POSTPONEMENTS, waitFor } from "../../domain/upgrades/postponement.ts";
import { ServerError, type TriggerResult } from "../urbancode.ts";

/** What the answer to a request says about the server; undefined where nothing is wrong with it. */
export function troubleOf(server: string, result: TriggerResult): ServerError | undefined {
  switch (result.kind) {
    case "accepted":
    case "refused":
      return undefined;
    case "unsent":
      return result.late ? undefined : new ServerError("unreachable", result.text);
    case "postponed":
      if (result.status === 401) return new ServerError("login-refused", result.text, result.status);
      // Only this one says something about the server: that it has too much to do.
      return result.status === 429 ? new ServerError("failing", result.text, result.status) : undefined;
    case "uncertain":
      if (result.code === "answered-409") return undefined;
      if (result.code === "not-the-api")
        return new ServerError("not-the-api", `${server} answered "upgrade of an agent" with ${result.text}`);
      return new ServerError(result.status === undefined ? "unreachable" : "failing", result.text, result.status);
  }
}

/** What is written down of the answer. @param postponements how often the server has put the attempt off before. */
export function eventsOf(result: TriggerResult, postponements: number): readonly NewEvent[] {
  switch (result.kind) {
    case "accepted":
      return [{ type: "upgrade.triggered", data: { status: result.status } }];
    case "uncertain":
      return [
        { type: "upgrade.uncertain", data: { text: result.text, ...(result.code ? { code: result.code } : {}) } },
      ];
    case "postponed": {
      const { status, text, wait } = result;
      if (postponements >= MAX_POSTPONEMENTS) return notTriggered("refused", text);
      return [{ type: "upgrade.postponed", data: { status, text, wait: waitFor(wait, postponements) } }];
    }
    case "refused":
    case "unsent":
      return notTriggered(result.kind, result.text);
  }
}
