import { createHmac, randomBytes } from "node:crypto";

/** Recognizes texts without having them: it holds digests, with a key that ends with this process. */
export interface Digests {
  add(text: string): void;
  has(text: string): boolean;
}

export function createDigests(): Digests {
  const key = randomBytes(32);
  const digests = new Set<string>();
  const digestOf = (text: string) => createHmac("sha256", key).update(text).digest("base64");
  return {
    add: (text) => void digests.add(digestOf(text)),
    has: (text) => digests.size > 0 && digests.has(digestOf(text)),
  };
}
