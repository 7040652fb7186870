import { z } from "zod";

/** A client of UrbanCode Deploy that others wrote: what it asks for, and what it takes from the answers. Written anew from its source. */
export interface ForeignClient {
  /** Where its source is, as owner/name. */
  readonly repository: string;
  readonly headers: (url: string) => Record<string, string> | Promise<Record<string, string>>;
  /** What it asks for with GET, and what it takes from the answer; or else the statuses by which it knows that nothing is there. */
  readonly calls: readonly (readonly [path: string, takes: z.ZodType | readonly number[]])[];
}

/** When the agent was last heard of that has been offline for long. */
export const LONG_AGO = Date.UTC(2026, 0, 5);
export const OFFLINE = "filterFields=status&filterValue_status=OFFLINE&filterType_status=eq&filterClass_status=Enum";

export const text = z.string();
export const named = z.object({ id: text, name: text });
export const nameOnly = z.object({ name: text });

export function basic(user: string): string {
  return `Basic ${Buffer.from(user).toString("base64")}`;
}
