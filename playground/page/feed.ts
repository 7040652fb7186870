import type { ServerResponse } from "node:http";
import type { Deploy } from "../deploy/start-deploy.ts";
import { SLACK_FAULTS } from "../slack/faults.ts";
import type { SlackStandin } from "../slack/start-slack.ts";
import { BOT, type SlackMessage, type SlackPerson, type Workspace } from "../slack/workspace.ts";
import type { PageEvent, Shape, ShownChannel, ShownFaults, ShownFleet, ShownMessage, ShownView } from "./protocol.ts";

/** How often the fleet is looked at, in real ms; it is sent only where it has changed. */
const LOOK = 300;

export interface FeedPorts {
  readonly slack: SlackStandin;
  readonly deploy: Deploy;
  /** What is special about each person, by id. */
  readonly about: Readonly<Record<string, string>>;
  /** How fast the simulation goes, in words. */
  readonly pace: () => string;
  /** What is being played; empty = nothing. Left out = nothing ever is. */
  readonly playing?: () => string;
}

/** Sends one person all that they see, and then whatever changes, as server-sent events, until they look away. */
export function feed(person: string, response: ServerResponse, ports: FeedPorts): void {
  const { workspace } = ports.slack;
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  const send = (event: PageEvent) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const sendChanged = unlessTheSame(send);

  function look(): void {
    sendChanged({ kind: "channels", channels: channelsOf(workspace, person) });
    sendChanged({ kind: "fleet", fleet: fleetOf(ports.deploy) });
    sendChanged({ kind: "faults", faults: faultsOf(ports.slack) });
    sendChanged({ kind: "playing", playing: ports.playing?.() ?? "", pace: ports.pace() });
  }

  send({
    kind: "hello",
    you: person,
    bot: BOT,
    people: workspace.people.map((other) => ({
      id: other.id,
      name: other.name,
      about: ports.about[other.id] ?? "",
      acts: !other.is_bot && !other.deleted,
    })),
    channels: channelsOf(workspace, person),
    commands: (ports.slack.app.commands ?? []).map(({ command, description, usage_hint }) => ({
      command,
      description,
      hint: usage_hint ?? "",
    })),
    messages: workspace.messages.filter((message) => sees(workspace, person, message)).map(toShown),
    view: viewOf(workspace, person),
    messageMenu: (ports.slack.app.messageMenu ?? []).map(({ name, callback_id }) => ({ name, callback: callback_id })),
    home: homeOf(workspace, person),
    faultKinds: Object.entries(SLACK_FAULTS).map(([kind, words]) => ({ kind, words })),
  });
  look();
  const ignore = workspace.on((happening) => {
    if (happening.kind === "view") {
      if (happening.person !== person) return;
      send({ kind: "view", view: viewOf(workspace, person) });
      sendChanged({ kind: "home", home: homeOf(workspace, person) });
    } else if (sees(workspace, person, happening.message))
      send({ kind: "message", message: toShown(happening.message) });
  });
  const timer = setInterval(look, LOOK);
  response.on("close", () => {
    ignore();
    clearInterval(timer);
  });
}

function unlessTheSame(send: (event: PageEvent) => void): (event: PageEvent) => void {
  const last = new Map<string, string>();
  return (event) => {
    const text = JSON.stringify(event);
    if (last.get(event.kind) === text) return;
    last.set(event.kind, text);
    send(event);
  };
}

function sees(workspace: Workspace, person: string, message: SlackMessage): boolean {
  const isTheirs = message.only === undefined || message.only === person;
  return isTheirs && channelsOf(workspace, person).some(({ id }) => id === message.channel);
}

function channelsOf(workspace: Workspace, person: string): readonly ShownChannel[] {
  const self = workspace.people.find(({ id }) => id === person);
  return workspace.channels
    .filter(({ members }) => (members ? members.includes(person) : isMember(self)))
    .map(({ id, name, bot, archived, is_ext_shared }) => ({
      id,
      name,
      bot,
      archived: archived === true,
      shared: is_ext_shared === true,
    }));
}

function isMember(person: SlackPerson | undefined): boolean {
  return person !== undefined && !person.is_restricted && !person.is_stranger && !person.deleted;
}

function viewOf(workspace: Workspace, person: string): ShownView | null {
  const open = workspace.viewOf(person);
  return open ? { id: open.id, view: open.view, errors: open.errors, notice: open.notice ?? null } : null;
}

function homeOf(workspace: Workspace, person: string): Shape | null {
  return workspace.homes.get(person)?.view ?? null;
}

function toShown(message: SlackMessage): ShownMessage {
  return {
    ts: message.ts,
    channel: message.channel,
    user: message.user,
    thread: message.thread ?? null,
    whispered: message.only !== undefined,
    text: message.text,
    blocks: message.blocks,
    files: message.files.map(({ id, title, content }) => ({ id, title, size: Buffer.byteLength(content) })),
    edited: message.edits > 0,
    deleted: message.deleted,
  };
}

function fleetOf(deploy: Deploy): ShownFleet {
  const { agents, relays, diskFull, trouble, maxInFlightOurs } = deploy.truth();
  return {
    agents: agents.map(({ name, status, version, inFlight, elsewhere }) => ({
      name,
      status,
      version: version ?? "",
      inFlight,
      elsewhere,
    })),
    relays,
    diskFull,
    trouble: trouble.kind,
    mostInFlight: maxInFlightOurs,
  };
}

function faultsOf({ faults, workspace }: SlackStandin): ShownFaults {
  return { left: { ...faults.left() }, tokenRevoked: workspace.tokenRevoked };
}
