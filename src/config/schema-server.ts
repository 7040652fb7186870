import { z } from "zod";
import { settingSchemas } from "../gates/own-settings.ts";
import { text } from "../gates/setting-schemas.ts";
import { DEFAULT_GATES } from "../model/policy.ts";
import { DEFAULT_LIMITS } from "../model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../model/upgrade/deadlines.ts";
import { TLS_VERSIONS } from "./config.ts";
import { writtenDuration } from "./duration.ts";
import { gates } from "./schema-gates.ts";
import { guide } from "./schema-guide.ts";
import { duration, durationOr, url } from "./schema-parts.ts";
import { relays } from "./schema-relays.ts";
import { roleNames } from "./schema-roles.ts";
import { statuses } from "./schema-statuses.ts";

const template = (example: string) =>
  z
    .string(`expected a URL with {id} or {name} in it, e.g. ${example}`)
    .refine(isTemplate, `expected a URL with {id} or {name} in it (no other placeholders), e.g. ${example}`);

/** The permissions that the vendor's guide requires for an upgrade of an agent; the last since 6.2.7. */
export const DEFAULT_PERMISSIONS = {
  required: ["View Agents", "Edit Basic Settings"],
  whereKnown: ["Upgrade Agents"],
};
/** Milliseconds. */
export const DEFAULT_WATCH = { inFlight: 5_000, fleet: 30_000, idle: 10 * 60_000, tick: 5_000 };

const WHO_AM_I =
  "expected a call that names the owner of a token, and the answer's field with the user's id or name, e.g. {path: /rest/who-am-i, field: id}";

const TLS =
  "expected the oldest TLS for this server: TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3, e.g. tls: {minVersion: TLSv1.2}";

/** The settings of one server. */
export const server = z.strictObject(
  {
    url: url("https://deploy.example.com:8443").optional(),
    clone: z.boolean("expected true or false, e.g. clone: true").default(false),
    username: text("expected a user name, e.g. drydock").optional(),
    caFile: text("expected a file's path, e.g. ./deploy-ca.pem").optional(),
    tls: z.strictObject({ minVersion: z.enum(TLS_VERSIONS, TLS).default("TLSv1.2") }, TLS).prefault({}),
    mode: z
      .enum(
        ["observe", "live"],
        "expected observe (Drydock only makes plans) or live (it upgrades), e.g. mode: observe",
      )
      .default("observe"),
    ...gates,
    // Their values are read by their keys, so that no type has to name them.
    ...(settingSchemas as object),
    slots: z
      .int("expected a whole number from 1 to 10, e.g. 10")
      .min(1, "expected a whole number from 1 to 10, e.g. 10")
      .max(
        10,
        "expected 10 at most: the vendor advises no more than 10 upgrades at once, because more overload the server. Example: slots: 10",
      )
      .default(10),
    permissions: z
      .strictObject({
        required: z
          .array(text("expected a permission's name, e.g. View Agents"))
          .min(1, "expected at least one permission, e.g. [View Agents]")
          .default(DEFAULT_PERMISSIONS.required),
        whereKnown: z
          .array(text("expected a permission's name, e.g. Upgrade Agents"))
          .default(DEFAULT_PERMISSIONS.whereKnown),
        roleNames,
      })
      .prefault({}),
    deadlines: z
      .strictObject({
        request: durationOr(DEFAULT_DEADLINES.request),
        neverOffline: durationOr(DEFAULT_DEADLINES.neverOffline),
        notBack: durationOr(DEFAULT_DEADLINES.notBack),
        stuck: durationOr(DEFAULT_DEADLINES.stuck),
        stable: durationOr(DEFAULT_DEADLINES.stable),
        zombie: durationOr(DEFAULT_DEADLINES.zombie),
        lateWatch: durationOr(DEFAULT_DEADLINES.lateWatch),
      })
      .prefault({}),
    watch: z
      .strictObject({
        inFlight: durationOr(DEFAULT_WATCH.inFlight),
        fleet: durationOr(DEFAULT_WATCH.fleet),
        idle: z
          .union([z.literal("off").transform(() => null), duration], "expected a duration or off, e.g. idle: 10m")
          .prefault(writtenDuration(DEFAULT_WATCH.idle)),
        tick: durationOr(DEFAULT_WATCH.tick),
      })
      .prefault({}),
    limits: z
      .strictObject({
        adaptive: z.boolean("expected true or false, e.g. adaptive: true").default(DEFAULT_LIMITS.adaptive),
        cutAgain: durationOr(DEFAULT_LIMITS.cutAgain),
        perRelay: z
          .int("expected a whole number from 1 to 10, e.g. 3")
          .min(1, "expected a whole number from 1 to 10, e.g. 3")
          .max(10, "expected a whole number from 1 to 10, e.g. 3")
          .default(DEFAULT_LIMITS.perRelay),
      })
      .prefault({}),
    relays,
    busyAgentTimeout: durationOr(DEFAULT_GATES.busyAgentTimeout),
    whoAmI: z
      .strictObject(
        {
          path: z
            .string(WHO_AM_I)
            .regex(/^\/(?!\/)[^\s#\\]*$/, "expected a path on the server that begins with /, e.g. /rest/who-am-i"),
          field: text("expected the name of a field, e.g. id").default("id"),
        },
        WHO_AM_I,
      )
      .optional(),
    links: z
      .strictObject({
        agent: template("https://deploy.example.com:8443/#agent/{id}").optional(),
        logs: template("https://logs.example.com/search?q={name}").optional(),
      })
      .prefault({}),
    guide,
    statuses,
  },
  "expected a server's settings, each on a line of its own and indented, e.g. url: https://deploy.example.com:8443",
);

function isTemplate(value: string): boolean {
  const placeholders = value.match(/\{[^}]*\}?|\}/g) ?? [];
  const known = placeholders.every((placeholder) => placeholder === "{id}" || placeholder === "{name}");
  // The host is the platform team's to say, not an agent's.
  const host = /^https?:\/\/[^/?#{}]+[/?#]/.test(value);
  return known && placeholders.length > 0 && host && isHttpUrl(value.replace(/\{(id|name)\}/g, "x"));
}

function isHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}
