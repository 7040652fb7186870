import { isIP } from "node:net";
import { generate } from "selfsigned";

const DAY = 24 * 60 * 60_000;

/** A certificate with its key, both as PEM text, made for one test. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** @param given for which host, in how many days it begins and ends, and by which authority it is signed (left out = by itself). */
export async function makeCertificate(
  given: {
    readonly host?: string;
    readonly days?: number;
    readonly from?: number;
    readonly by?: Certificate;
    readonly authority?: true;
  } = {},
): Promise<Certificate> {
  const { host = "127.0.0.1", days = 1, from = -10, by, authority = false } = given;
  const now = Date.now();
  const made = await generate([{ name: "commonName", value: authority ? "an authority of a test" : host }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(now + from * DAY),
    notAfterDate: new Date(now + days * DAY),
    extensions: [
      { name: "basicConstraints", cA: authority, critical: true },
      { name: "subjectAltName", altNames: [isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }] },
    ],
    ...(by ? { ca: by } : {}),
  });
  return { cert: made.cert, key: made.private };
}
