import { z } from "zod";
import { parseRange } from "../core/version.ts";
import { settingSchemas } from "../gates/own-settings.ts";
import { DEFAULT_GATES, WHEN_BUSY } from "../model/policy.ts";
import { DEFAULT_LIMITS } from "../model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../model/upgrade/deadlines.ts";
import { TLS_VERSIONS } from "./config.ts";
import { writtenDuration } from "./duration.ts";
import { gates } from "./schema-gates.ts";
import { guide } from "./schema-guide.ts";
import { duration, durationOr, person, text } from "./schema-parts.ts";
import { unsupportedPlatforms } from "./schema-platforms.ts";
import { relays } from "./schema-relays.ts";
import { roleNames } from "./schema-roles.ts";
import { statuses } from "./schema-statuses.ts";
import { urlProblem } from "./url-problem.ts";

/**
 * The configuration file's shape. A message here says what was expected, with an example; where it is wrong is added by load.ts.
 */
const channel = z
  .string("expected a channel's id, e.g. C0123456789")
  .regex(/^[CG][A-Z0-9]{2,}$/, "expected a channel's id, e.g. C0123456789 (in Slack: channel details, at the bottom)");
/** A channel; one that is shared, or has guests in it, only with that consent written down. */
const listed = z.union(
  [
    channel.transform((id) => ({ id, shared: false, guests: false })),
    z.strictObject({
      id: channel,
      shared: z.boolean("expected true or false, e.g. shared: true").default(false),
      guests: z.boolean("expected true or false, e.g. guests: true").default(false),
    }),
  ],
  "expected a channel's id, e.g. C0123456789 (in Slack: channel details, at the bottom), or {id: C0123456789, shared: true, guests: true}",
);
const url = (example: string) =>
  z.string(`expected a URL, e.g. ${example}`).refine((written) => urlProblem(written) === undefined, {
    error: ({ input }) => `expected a URL ${urlProblem(String(input))}, e.g. ${example}`,
  });

const template = (example: string) =>
  z
    .string(`expected a URL with {id} or {name} in it, e.g. ${example}`)
    .refine(isTemplate, `expected a URL with {id} or {name} in it (no other placeholders), e.g. ${example}`);

const never = z.union(
  [
    z.strictObject({
      glob: text("expected a glob, e.g. db-*"),
      reason: text("expected a reason, e.g. upgraded by the vendor"),
    }),
    z.strictObject({
      tag: text("expected a tag, e.g. frozen"),
      reason: text("expected a reason, e.g. upgraded by the vendor"),
    }),
    z.strictObject({
      version: z
        .string("expected a range of versions, e.g. '<5.0'")
        .refine((range) => parseRange(range) !== undefined, "expected a range of versions, e.g. '<5.0'"),
      reason: text("expected a reason, e.g. upgraded by the vendor"),
    }),
  ],
  "expected one of glob, tag and version, and a reason, e.g. {glob: db-*, reason: upgraded by the vendor}",
);

/** What the vendor's guide wants of whoever upgrades an agent; the last since 6.2.7. */
export const DEFAULT_PERMISSIONS = {
  required: ["View Agents", "Edit Basic Settings"],
  whereKnown: ["Upgrade Agents"],
};
/** Milliseconds. */
export const DEFAULT_WATCH = { inFlight: 5_000, fleet: 30_000, idle: 10 * 60_000, tick: 5_000 };

const WHO_AM_I =
  "expected the path of a call that names the owner of a token, and the field of its answer with the user's id or name, e.g. {path: /rest/who-am-i, field: id}";

const TLS =
  "expected the oldest TLS for this server: TLSv1, TLSv1.1, TLSv1.2 or TLSv1.3, e.g. tls: {minVersion: TLSv1.2}";

const server = z.strictObject(
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
    whenBusy: z.enum(WHEN_BUSY, `expected one of ${WHEN_BUSY.join(", ")}, e.g. whenBusy: warn`).default("auto"),
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
    never: z.array(never, "expected a list, e.g. [{glob: db-*, reason: upgraded by the vendor}]").default([]),
    unsupportedPlatforms,
  },
  "expected a server's settings, each on a line of its own and indented, e.g. url: https://deploy.example.com:8443",
);

const mapped = z.union(
  [
    text("expected a user's name, e.g. jdoe").transform((user) => ({ user })),
    z.strictObject({
      user: text("expected a user's name, e.g. jdoe"),
      id: text("expected the user's id on the server").optional(),
    }),
  ],
  "expected a user's name on the server, e.g. jdoe, or {user: jdoe, id: …}",
);

const MAPPING = "expected a server and the person's user name there, e.g. U0123456789: {prod: jdoe}";

export const fileShape = z.strictObject({
  ledger: z
    .strictObject({ file: text("expected a file's path, e.g. ./drydock.db").default("./drydock.db") })
    .prefault({}),
  slack: z
    .strictObject({
      word: z
        .string("expected a slash word, e.g. /agents")
        .regex(/^\/[a-z0-9_-]{1,31}$/, "expected a slash word in lower case, e.g. /agents")
        .default("/agents"),
      apiUrl: url("https://slack.com/api/").optional(),
      mode: z
        .enum(
          ["socket", "http"],
          "expected socket (a connection that Drydock opens) or http (requests to a port), e.g. mode: socket",
        )
        .default("socket"),
      http: z
        .strictObject({
          host: text("expected an address to listen on, e.g. 0.0.0.0").default("0.0.0.0"),
          port: z
            .int("expected a port, e.g. 3000")
            .min(1, "expected a port from 1 to 65535, e.g. 3000")
            .max(65_535, "expected a port from 1 to 65535, e.g. 3000")
            .default(3000),
        })
        .prefault({}),
      channels: z.array(listed, "expected a list of channel ids, e.g. [C0123456789]").default([]),
      operationsChannel: listed.optional(),
    })
    .prefault({}),
  servers: z
    .record(
      z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{0,19}$/,
          "expected a server's name of lower-case letters, digits and dashes (20 at most), e.g. prod",
        ),
      server,
      "expected the servers by name, e.g. prod: {url: https://deploy.example.com:8443, approvals: 0}",
    )
    .refine(
      (servers) => Object.keys(servers).length > 0,
      "expected at least one server, e.g. prod: {url: https://deploy.example.com:8443, approvals: 0}",
    ),
  people: z
    .strictObject({
      emailDomains: z
        .array(
          z
            .string()
            .regex(/^[^@\s]+\.[^@\s]+$/, "expected a domain, e.g. example.com")
            .transform((domain) => domain.toLowerCase()),
          "expected a list of domains, e.g. [example.com]",
        )
        .default([]),
      mapping: z
        .record(
          person,
          z.record(z.string(), mapped, MAPPING),
          "expected people by Slack id, e.g. U0123456789: {prod: jdoe}",
        )
        .default({}),
      onCall: z.array(person, "expected a list of Slack ids, e.g. [U0123456789]").default([]),
      ownTokens: z.boolean("expected true or false, e.g. ownTokens: true").default(false),
    })
    .prefault({}),
});

export type ConfigFile = z.infer<typeof fileShape>;

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
