/** Drydock as a program of its own, as the build leaves it. */
export const COMPILED = ["node", "dist/src/main.js"];
