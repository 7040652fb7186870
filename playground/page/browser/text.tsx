import { get } from "node-emoji";
import type { Shape } from "../protocol.ts";
import { Mrkdwn } from "./mrkdwn.tsx";

/** A text object of Block Kit. */
export function Text({ of }: { readonly of: unknown }) {
  const { type, text, emoji } = shapeOf(of);
  if (type === "mrkdwn") return <Mrkdwn text={String(text ?? "")} />;
  return <>{plainOf({ text, emoji })}</>;
}

/** A plain text object's words; emoji codes count only where it says so. */
export function plainOf(of: unknown): string {
  const { text, emoji } = shapeOf(of);
  const words = String(text ?? "");
  return emoji === false ? words : words.replace(/:([a-z0-9_+-]+):/g, (code, name: string) => get(name) ?? code);
}

export function shapeOf(value: unknown): Shape {
  return typeof value === "object" && value !== null ? (value as Shape) : {};
}

export function listOf(value: unknown): readonly Shape[] {
  return Array.isArray(value) ? value.map(shapeOf) : [];
}
