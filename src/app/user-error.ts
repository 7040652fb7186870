/**
 * Something the person can put right: said to them as it stands, without a stack.
 * Everything else that is thrown is a bug: the person gets an id, the log gets the rest.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}
