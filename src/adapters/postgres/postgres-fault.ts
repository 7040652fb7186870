import { OperatorError } from "../../core/ports.ts";
import { reasonOf } from "./as-unwritable.ts";

/**
 * What PostgreSQL reports while it is opened, as a sentence for the operator. What is none of it is a bug, and returned as it is.
 * Nothing of the URL is in it: that holds a password.
 */
export function postgresFault(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const sentence = SENTENCES[code] ?? SENTENCES[code.slice(0, 2)];
  if (sentence !== undefined) return new OperatorError(sentence);
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  if (reason !== "away")
    return new OperatorError(`PostgreSQL does not let Drydock write (${code}). Look into its log.`);
  const why = code === "" ? "" : ` (${code})`;
  return new OperatorError(
    `The PostgreSQL in DATABASE_URL does not answer${why}. Check that it runs, and that Drydock can reach its address.`,
  );
}

/** By PostgreSQL's code, else by its first two characters. Source: postgresql.org/docs/current/errcodes-appendix.html */
const SENTENCES: Readonly<Record<string, string>> = {
  "28": "PostgreSQL refuses the user or the password in DATABASE_URL. Check both.",
  "3D": "The database that DATABASE_URL names does not exist. Create it, or name another one.",
  "42501":
    "The user in DATABASE_URL may not create Drydock's tables. Make it the owner of the database, or grant it CREATE on the schema.",
  "53300": "PostgreSQL takes no more connections. Raise max_connections, or start fewer replicas.",
};
