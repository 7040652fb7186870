import { shapeOf } from "../../playground/slack/checks.ts";
import { optionProblemsOf, viewProblemsOf } from "../../playground/slack/limits.ts";
import { refuseContent } from "../../playground/slack/methods/chat.ts";
import { judgeBySlacksTypes } from "./judge-by-slacks-types.ts";

type Content = Readonly<Record<string, unknown>>;

/** What two validators that share no code say: empty = nothing is wrong. */
interface Verdict {
  readonly slacksTypes: readonly string[];
  readonly standin: readonly string[];
}

/** Web API methods that say something without blocks or a view. */
const SAYS = ["chat.postMessage", "chat.postEphemeral", "chat.update", "response_url"];

const UNJUDGED = "neither validator is asked about groups of options yet";

/** Has all that Drydock sends to Slack judged by two validators. */
export class JudgedMessages {
  judged = 0;
  refused: string[] = [];

  readonly hear = (how: string, content: Content): void => {
    const { text, blocks, view, options, option_groups, metadata } = content;
    const said = { text, blocks, view, options, option_groups };
    if (!SAYS.includes(how) && Object.values(said).every((part) => part === undefined)) return;
    if (content.delete_original === true) return;
    this.judged += 1;
    const key = shapeOf(shapeOf(metadata).event_payload).key ?? "without a key";
    for (const [by, problems] of Object.entries(judge(said)))
      if (problems.length > 0) this.refused.push(`${how} (${key}), by ${by}: ${problems.join("; ")}`);
  };

  /** What was judged since the last call. */
  take(): { readonly judged: number; readonly refused: readonly string[] } {
    const { judged, refused } = this;
    this.judged = 0;
    this.refused = [];
    return { judged, refused };
  }
}

/** What both validators say of a message, a view or the options of a select. */
export function judge({ view, options, option_groups, ...message }: Content): Verdict {
  if (view !== undefined) {
    const surface = shapeOf(view).type === "home" ? "home" : "modal";
    return { slacksTypes: judgeBySlacksTypes(surface, view), standin: viewProblemsOf(shapeOf(view), surface) };
  }
  if (option_groups !== undefined) return { slacksTypes: [UNJUDGED], standin: [UNJUDGED] };
  if (options !== undefined && !isEmpty(options))
    return { slacksTypes: judgeBySlacksTypes("options", options), standin: optionProblemsOf(options, "/options") };
  if (options !== undefined) return { slacksTypes: [], standin: [] };
  const refusal = refuseContent(message);
  const problems = (refusal?.response_metadata as { messages?: readonly string[] } | undefined)?.messages ?? [];
  return {
    slacksTypes: message.blocks === undefined ? [] : judgeBySlacksTypes("blocks", message.blocks),
    standin: refusal ? [String(refusal.error), ...problems] : [],
  };
}

/** A search that finds nothing offers no options. */
function isEmpty(options: unknown): boolean {
  return Array.isArray(options) && options.length === 0;
}
