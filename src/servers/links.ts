import type { AgentRef } from "../core/agent-ref.ts";
import type { Line } from "../core/view.ts";

/** Where people find more of an agent, with `{id}` and `{name}` in place of the agent's; undefined = nowhere. */
export interface LinkTemplates {
  readonly agent?: string | undefined;
  readonly logs?: string | undefined;
}

/** The agent's links, to be read behind its name; nothing where none is configured. */
export function agentLinks(templates: LinkTemplates, agent: AgentRef): Line {
  const links = [
    ...(templates.agent === undefined ? [] : [{ label: "page", url: filled(templates.agent, agent) }]),
    ...(templates.logs === undefined ? [] : [{ label: "logs", url: filled(templates.logs, agent) }]),
  ];
  if (links.length === 0) return [];
  return [" (", ...links.flatMap((link, i): Line => (i === 0 ? [link] : [", ", link])), ")"];
}

/** What comes from the server can be nothing but a value in the URL. */
function filled(template: string, { id, name }: AgentRef): string {
  return template.replace(/\{(id|name)\}/g, (_all, what) => encode(what === "id" ? id : name));
}

function encode(text: string): string {
  // Half a character, which no name should have, would throw.
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /['()*!]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
}
