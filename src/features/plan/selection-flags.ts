import type { FlagSpec } from "../../conversation/arguments.ts";

/** The flags that every command takes which makes a plan. */
export const SELECTION_FLAGS = {
  server: { hint: "NAME", kind: "text", summary: "the server, if there are several" },
  name: { hint: "GLOB", kind: "list", summary: "only agents with this name or glob, e.g. web-*" },
  only: { hint: "GLOB", kind: "list", summary: "of these, only agents with this name or glob; Adjust writes it" },
  exclude: { hint: "GLOB", kind: "list", summary: "leave out agents with this name or glob" },
  team: { hint: "TEAM", kind: "list", summary: "only agents of this team, by name, glob or id" },
  tag: { hint: "TAG", kind: "list", summary: "only agents with this tag, by name or glob" },
  relay: { hint: "RELAY", kind: "list", summary: "only agents behind this relay, by name, glob or id" },
  version: { hint: "RANGE", kind: "list", summary: "only agents at these versions, e.g. <7.1 or >=6.2.7.1" },
  limit: { hint: "N", kind: "number", summary: "at most this many agents" },
  slots: { hint: "N", kind: "number", summary: "at most this many at once, below the server's own limit" },
  canary: { hint: "N", kind: "number", summary: "upgrade this many first; all others wait until they are stable" },
  hold: {
    hint: "",
    kind: "switch",
    summary: "after the canaries, wait until a person resumes the rollout (one canary, unless --canary names more)",
  },
  "include-offline": {
    hint: "",
    kind: "switch",
    summary: "include offline agents: they are upgraded when they come back and still need it",
  },
  "include-inactive": {
    hint: "",
    kind: "switch",
    summary: "include inactive agents, on servers before 7.1 that allow actions on them",
  },
  reason: { hint: "TEXT", kind: "text", summary: "the reason, for the record" },
  at: {
    hint: "TIME",
    kind: "time",
    summary: "start at this time: 22:30, tonight 22:00, sat 22:00, 2026-12-01T06:00 or next-window",
  },
  emergency: {
    hint: "REASON",
    kind: "text",
    summary: "start up to 10 agents without approval, if the server's rules allow it; an approver reviews it later",
  },
} as const satisfies Readonly<Record<string, FlagSpec>>;
