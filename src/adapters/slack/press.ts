import { z } from "zod";

const pressShape = z.object({ command: z.string().min(1).max(60), args: z.array(z.string().max(2_000)).max(50) });

export interface Press {
  readonly command: string;
  readonly args: readonly string[];
}

/** What a button carries; undefined where it is nothing that Drydock drew. */
export function readPress(value: unknown): Press | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const parsed = pressShape.safeParse(JSON.parse(value));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
