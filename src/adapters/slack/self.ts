import type { WebClient } from "@slack/web-api";
import { toSlackError } from "./slack-error.ts";

/** Who Drydock is in its workspace. */
export interface Self {
  readonly user: string;
  readonly team: string;
}

/** Tells who Drydock is: asks Slack until it has answered once, and knows it from then on. Throws SlackError. */
export type WhoAmI = () => Promise<Self>;

export function createWhoAmI(client: WebClient): WhoAmI {
  let known: Promise<Self> | undefined;

  async function ask(): Promise<Self> {
    try {
      const { user_id: user = "", team_id: team = "" } = await client.auth.test();
      return { user, team };
    } catch (error) {
      known = undefined;
      throw toSlackError("identify Drydock", error);
    }
  }

  return () => {
    known ??= ask();
    return known;
  };
}
