import { execFileSync } from "node:child_process";

/** The tests start Drydock as it runs in production: compiled. */
export default function setup(): void {
  execFileSync("node_modules/.bin/tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
}
