/** Whether this is `npm run test:deep`. */
export const DEEP = process.env.DRYDOCK_DEEP === "1";

/** How often a property is tried: `moderate` in `npm test`, where a file takes about 2 s at most, `deep` in `npm run test:deep`. */
export function runs(moderate: number, deep: number): number {
  return DEEP ? deep : moderate;
}
