import type { FlagSpec } from "../conversation/arguments.ts";

/** The flags that every command takes which makes a plan. */
export const SELECTION_FLAGS = {
  server: { hint: "NAME", kind: "text", summary: "the server, where there are several" },
  name: { hint: "GLOB", kind: "list", summary: "only agents with such a name, e.g. web-*" },
  only: { hint: "GLOB", kind: "list", summary: "of these only such; what Adjust writes" },
  exclude: { hint: "GLOB", kind: "list", summary: "not these" },
  team: { hint: "TEAM", kind: "list", summary: "only agents of this team, by name, glob or id" },
  tag: { hint: "TAG", kind: "list", summary: "only agents with this tag, by name or glob" },
  relay: { hint: "RELAY", kind: "list", summary: "only agents behind this relay, by name, glob or id" },
  version: { hint: "RANGE", kind: "list", summary: "only agents at such a version, e.g. <7.1 or >=6.2.7.1" },
  limit: { hint: "N", kind: "number", summary: "no more than so many agents" },
  slots: { hint: "N", kind: "number", summary: "no more than so many at once (lower than the server's own limit)" },
  canary: { hint: "N", kind: "number", summary: "so many go first; the rest waits until they are stable" },
  hold: {
    hint: "",
    kind: "switch",
    summary: "and then until somebody presses Continue (one canary, where --canary names no more)",
  },
  "include-offline": {
    hint: "",
    kind: "switch",
    summary: "agents that are offline too: they are upgraded when they come back and need it",
  },
  "include-inactive": {
    hint: "",
    kind: "switch",
    summary: "inactive agents too, on servers before 7.1 that are set to take actions on them",
  },
  reason: { hint: "TEXT", kind: "text", summary: "why, for the record" },
  at: {
    hint: "TIME",
    kind: "time",
    summary: "start then: 22:30, tonight 22:00, sat 22:00, 2026-12-01T06:00 or next-window",
  },
  emergency: {
    hint: "REASON",
    kind: "text",
    summary: "start a few agents without approval, where the server takes that; somebody looks at it afterwards",
  },
} as const satisfies Readonly<Record<string, FlagSpec>>;
