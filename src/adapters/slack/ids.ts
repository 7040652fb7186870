/** Whether it is a person's id. */
export function isPerson(id: string): boolean {
  return /^[UW][A-Z0-9]{2,30}$/.test(id);
}

export function isUsergroup(id: string): boolean {
  return /^S[A-Z0-9]{2,30}$/.test(id);
}

export function isChannel(id: string): boolean {
  return /^[CGD][A-Z0-9]{2,30}$/.test(id);
}

/** Whether only one person reads there: their direct messages, or their id, which stands for these. */
export function isDirect(id: string): boolean {
  return /^[DUW]/.test(id);
}
