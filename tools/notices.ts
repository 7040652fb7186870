import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Dependency {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** Its folder below the checkout. */
  readonly folder: string;
}

/** Each package that a production install brings, as package-lock.json has it. */
export function productionDependencies(): readonly Dependency[] {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Readonly<Record<string, { version: string; license?: string; dev?: boolean }>>;
  };
  return Object.entries(packages)
    .filter(([folder, { dev }]) => folder !== "" && !dev)
    .map(([folder, { version, license = "none" }]) => {
      const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
      return { name, version, license, folder };
    })
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** The text of THIRD-PARTY-NOTICES.txt: each package, and its licence as the package ships it. */
export function notices(): string {
  const parts = productionDependencies().map(({ name, version, license, folder }) =>
    [`${name} ${version} (${license})`, ...licenceTexts(folder)].join("\n\n"),
  );
  return `Drydock uses these packages. Written by: npm run notices\n\n${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}

function licenceTexts(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name));
  return files.sort().map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
}
