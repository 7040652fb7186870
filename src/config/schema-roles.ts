import { z } from "zod";
import { text } from "../gates/setting-schemas.ts";

/** What roles carry, for servers that do not let their roles be read. */
const PERMISSIONS = "expected a list of permissions, e.g. [View Agents, Edit Basic Settings, Upgrade Agents]";
const permissions = z.array(text("expected a permission's name, e.g. View Agents"), PERMISSIONS).min(1, PERMISSIONS);

const carried = z.union(
  [
    permissions.transform((all) => ({ permissions: all, subtypes: [] as string[] })),
    z.strictObject({
      permissions,
      subtypes: z
        .array(
          text("expected a subtype's name or id, e.g. Production Agent"),
          "expected a list of subtypes, e.g. [Production Agent]",
        )
        .default([]),
    }),
  ],
  "expected what the role carries, e.g. Agent Upgrader: [View Agents, Edit Basic Settings, Upgrade Agents], or {permissions: […], subtypes: [Production Agent]}",
);

export const roleNames = z
  .record(
    text("expected a role's name, e.g. Agent Upgrader"),
    carried,
    "expected roles by name, e.g. Agent Upgrader: [View Agents, Edit Basic Settings, Upgrade Agents]",
  )
  .default({});
