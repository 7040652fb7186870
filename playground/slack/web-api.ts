import type { ApiAnswer, Arguments, Method, World } from "./methods/answer.ts";
import { chat } from "./methods/chat.ts";
import { conversations } from "./methods/conversations.ts";
import { files } from "./methods/files.ts";
import { people } from "./methods/people.ts";
import { views } from "./methods/views.ts";
import { BOT, TEAM } from "./workspace.ts";

/** The Web API methods, answering as Slack documents them. */
const METHODS: Readonly<Record<string, Method>> = {
  "auth.test": () => ({
    ok: true,
    url: "https://dock.example/",
    team: "dock",
    team_id: TEAM,
    user: "drydock",
    user_id: BOT,
    bot_id: "B0DRYDOCK",
  }),
  ...chat,
  ...conversations,
  ...files,
  ...people,
  ...views,
};

/** Undefined = there is no such method here. */
export function callMethod(world: World, method: string, args: Arguments): ApiAnswer | undefined {
  return Object.hasOwn(METHODS, method) ? METHODS[method]?.(world, args) : undefined;
}
