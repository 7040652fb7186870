import { z } from "zod";
import { DAYS } from "../core/days.ts";
import { text, wholeNumber, yesOrNo } from "../gates/setting-schemas.ts";
import { DEFAULT_GATES } from "../model/policy.ts";
import { writtenDuration } from "./duration.ts";
import { duration, durationOr, person } from "./schema-parts.ts";

/** The settings of a server that say who may agree to what, and when it may begin. */
const step = z.strictObject({
  above: wholeNumber(),
  count: z.int("expected 1 or 2, e.g. count: 1").min(1, "expected 1 or 2").max(2, "expected 1 or 2"),
});
const APPROVALS =
  "expected 0, 1 or 2, e.g. approvals: 1. Or by size, e.g. approvals: [{above: 0, count: 1}, {above: 200, count: 2}]";

const group = z
  .string()
  .regex(/^S[A-Z0-9]{2,}$/, "expected a usergroup's id, e.g. S0123456789 (in Slack: the usergroup, Copy group ID)");

const WINDOW =
  "expected days, hours and a zone, e.g. {days: [sat, sun], from: '22:00', to: '04:00', zone: Europe/Berlin}";
const hour = z
  .string("expected a time of day, e.g. '22:00'")
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "expected a time of day from 00:00 to 24:00, e.g. '22:00'")
  .transform((written) => Number(written.slice(0, 2)) * 60 + Number(written.slice(3)));
const window = z.strictObject(
  {
    days: z
      .union(
        [z.literal("every day"), z.array(z.enum(DAYS, `expected days out of ${DAYS.join(", ")}, e.g. [sat, sun]`))],
        WINDOW,
      )
      .transform((days) => (days === "every day" ? [...DAYS] : days)),
    from: hour,
    to: hour,
    zone: z
      .string("expected a time zone, e.g. Europe/Berlin")
      .refine(isZone, "expected a time zone that this machine knows, e.g. Europe/Berlin or UTC"),
  },
  WINDOW,
);

export const gates = {
  approvals: z
    .union(
      [z.literal(0), z.literal(1), z.literal(2), step.transform((one) => [one]), z.array(step).min(1, APPROVALS)],
      APPROVALS,
    )
    .prefault(1),
  approvers: z
    .strictObject({
      people: z.array(person, "expected a list of Slack ids, e.g. [U0123456789]").default([]),
      usergroups: z.array(group, "expected a list of usergroup ids, e.g. [S0123456789]").default([]),
      usergroupPermissions: z
        .array(text("expected a permission's name, e.g. View Agents"))
        .min(
          1,
          "expected at least one permission: others may edit a usergroup, so it is no proof. Example: usergroupPermissions: [View Agents]",
        )
        .optional(),
      roles: z
        .array(
          z.strictObject(
            {
              role: text("expected a role's name, e.g. Agent Approver"),
              team: text("expected a team's name, e.g. Platform"),
            },
            "expected a role and a team, e.g. {role: Agent Approver, team: Platform}",
          ),
          "expected a list, e.g. [{role: Agent Approver, team: Platform}]",
        )
        .default([]),
    })
    .prefault({}),
  selfApproval: yesOrNo("selfApproval: false").default(DEFAULT_GATES.selfApproval),
  approvalExpires: durationOr(DEFAULT_GATES.approvalExpires),
  approvalCovers: durationOr(DEFAULT_GATES.approvalCovers),
  pauseExpires: durationOr(DEFAULT_GATES.pauseExpires),
  windows: z
    .array(
      window,
      "expected a list, e.g. [{days: [sat, sun], from: '22:00', to: '04:00', zone: Europe/Berlin}]. Leave it out to allow any time",
    )
    .min(1, "an empty list of windows would allow no upgrade at all: leave it out to allow any time, or list one")
    .optional(),
  retryPauses: z
    .array(duration, "expected a list of durations, e.g. retryPauses: [2m, 5m, 15m]")
    .min(1, "expected one duration at least, e.g. [2m]")
    .max(3, "expected three at most: after four failures a person has to look. Example: retryPauses: [2m, 5m, 15m]")
    .prefault(DEFAULT_GATES.retryPauses.map(writtenDuration)),
};

function isZone(zone: string): boolean {
  // Offsets such as +02:00 are taken by some versions of Node: they know no summer time.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
