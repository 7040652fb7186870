/** A place in which no secret may be, and all that is in it. */
export type Place = readonly [name: string, content: Buffer | string];

/** Shorter texts would be found by chance. */
const MIN_LENGTH = 8;

/**
 * Every secret that is in a place, as `name of the secret in name of the place`: in clear, in hex, in a URL, and in base64 wherever
 * it begins, so also inside of an Authorization header.
 */
export function findSecrets(
  secrets: Readonly<Record<string, string | Buffer>>,
  places: readonly Place[],
): readonly string[] {
  return places.flatMap(([place, content]) => {
    const bytes = Buffer.from(content);
    return Object.entries(secrets).flatMap(([name, secret]) =>
      formsOf(Buffer.from(secret)).some((form) => bytes.includes(form)) ? [`${name} in ${place}`] : [],
    );
  });
}

function formsOf(secret: Buffer): readonly (string | Buffer)[] {
  if (secret.length < MIN_LENGTH) throw new Error(`A secret of ${secret.length} bytes is too short to be looked for.`);
  const hex = secret.toString("hex");
  const inBase64 = (["base64", "base64url"] as const).flatMap((encoding) =>
    [0, 1, 2].map((before) => insideOf(secret, before, encoding)),
  );
  return [secret, hex, hex.toUpperCase(), encodeURIComponent(secret.toString("latin1")), ...inBase64];
}

/** The characters that the secret alone decides, with so many bytes before it. */
function insideOf(secret: Buffer, before: number, encoding: "base64" | "base64url"): string {
  const text = Buffer.concat([Buffer.alloc(before), secret]).toString(encoding);
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + secret.length) * 8) / 6));
}
