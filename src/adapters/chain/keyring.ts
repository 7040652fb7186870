import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { SecretOwner } from "../../core/ports.ts";

/** A secret as it is kept: AES-256-GCM, the tag at the end of `text`. */
export interface Sealed {
  /** Which key it was sealed with; tells nothing of the key. */
  readonly keyId: string;
  /** 12 bytes, random each time. */
  readonly nonce: Buffer;
  readonly text: Buffer;
}

export interface Keyring {
  /** With the newest key. It opens only for the same owner. */
  seal(owner: SecretOwner, secret: string): Sealed;
  /** Undefined where no key opens it: another key, another owner, or somebody changed it. */
  open(owner: SecretOwner, sealed: Sealed): string | undefined;
  isNewest(sealed: Sealed): boolean;
}

const CIPHER = "aes-256-gcm";
const NONCE = 12;
const TAG = 16;

/** @param keys of 32 bytes; the first is the newest, the others only open. */
export function createKeyring([newest, ...old]: readonly [Buffer, ...Buffer[]]): Keyring {
  const keys = new Map([newest, ...old].map((key) => [keyIdOf(key), key]));
  const newestId = keyIdOf(newest);

  return {
    seal(owner, secret) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(CIPHER, newest, nonce).setAAD(boundTo(owner, newestId));
      const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return { keyId: newestId, nonce, text };
    },
    open(owner, { keyId, nonce, text }) {
      const key = keys.get(keyId);
      if (!key || text.length < TAG || nonce.length !== NONCE) return undefined;
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG })
          .setAAD(boundTo(owner, keyId))
          .setAuthTag(text.subarray(-TAG));
        return Buffer.concat([decipher.update(text.subarray(0, -TAG)), decipher.final()]).toString("utf8");
      } catch {
        return undefined;
      }
    },
    isNewest: ({ keyId }) => keyId === newestId,
  };
}

function keyIdOf(key: Buffer): string {
  return createHash("sha256").update("drydock token key ").update(key).digest("hex").slice(0, 16);
}

/** A ciphertext that is moved to another row opens nowhere. */
function boundTo({ person, server }: SecretOwner, keyId: string): Buffer {
  return Buffer.from(JSON.stringify([person, server, keyId]), "utf8");
}
