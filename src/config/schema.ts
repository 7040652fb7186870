import { z } from "zod";
import { OPERATOR_NAME } from "../core/operator.ts";
import { text } from "../gates/setting-schemas.ts";
import { person, port, url } from "./schema-parts.ts";
import { server } from "./schema-server.ts";

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
          port: port(3000).default(3000),
        })
        .prefault({}),
      channels: z.array(listed, "expected a list of channel ids, e.g. [C0123456789]").default([]),
      operationsChannel: listed.optional(),
    })
    .prefault({}),
  health: z
    .strictObject({
      port: port(9464).optional(),
      host: text("expected an address to listen on, e.g. 127.0.0.1").default("127.0.0.1"),
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
      operators: z
        .array(
          z.string().regex(OPERATOR_NAME, "expected the name of an account on the host, e.g. alice"),
          "expected a list of accounts on the host, e.g. [alice]",
        )
        .default([]),
      ownTokens: z.boolean("expected true or false, e.g. ownTokens: true").default(false),
    })
    .prefault({}),
});

export type ConfigFile = z.infer<typeof fileShape>;
