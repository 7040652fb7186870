import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { instructionsOf, letThrough } from "../../tools/dockerfile.ts";
import { readSecrets } from "../support/read-secrets.ts";
import { runProgram } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "ops-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string) => readFileSync(file, "utf8");
const secretsOf = (variables: readonly (readonly [string, string])[]) => readSecrets(folder, variables);

const SECRETS = ["slack-bot-token", "slack-app-token", "ledger-key", "prod-token"];

describe("the image", () => {
  const dockerfile = read("Dockerfile");
  const instructions = instructionsOf(dockerfile);
  const lastStage = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === "FROM"));

  test("the linter of Dockerfiles finds nothing", () => {
    expect(validate(dockerfile).map(({ message }) => message)).toEqual([]);
    expect(validate("FROM node\nMAINTAINER x\nCOPI a b").length).toBeGreaterThan(1);
  });

  test("its Node is one that package.json allows, pinned", () => {
    const [, node] = /^ARG NODE=(\d+\.\d+\.\d+)$/m.exec(dockerfile) ?? [];
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    expect(`>=${node}`.startsWith(engines.node)).toBe(true);
    const images = instructions.filter(({ keyword }) => keyword === "FROM").map(({ words }) => words[0]);
    expect(images.filter((image) => !image?.startsWith(`node:\${NODE}-bookworm`))).toEqual([]);
  });

  test("every file that it copies exists, and nothing else is sent to Docker", () => {
    const copied = instructions.filter(({ keyword, from }) => keyword === "COPY" && from === undefined);
    const sources = new Set(copied.flatMap(({ words }) => words.slice(0, -1)));
    expect([...sources].filter((source) => !existsSync(source))).toEqual([]);
    expect([...sources].sort()).toEqual([...letThrough(read(".dockerignore"))].sort());
    expect(read(".dockerignore")).toMatch(/^\*$/m);
  });

  test("it runs as a user that is not root", () => {
    const users = lastStage.filter(({ keyword }) => keyword === "USER").map(({ words }) => words[0]);
    expect(users).toEqual(["1000:1000"]);
  });
});

test("each image of Drydock has the tag of this version, and the release page finds them all", () => {
  const [, search = ""] = /`(grep -rl [^`]+)`/.exec(read("CONTRIBUTING.md")) ?? [];
  const found = execFileSync("sh", ["-c", search], { encoding: "utf8" }).trim().split("\n");
  const pages = ["docs/operations/run-as-a-service.md"];
  expect(found.sort()).toEqual([...pages, "ops/compose.yml", "ops/kubernetes-replicas.yml", "ops/kubernetes.yml"]);
  const { version } = JSON.parse(read("package.json")) as { version: string };
  const tags = found.flatMap((file) => read(file).match(/drydock:\d[\w.-]*/g) ?? []);
  expect(new Set(tags)).toEqual(new Set([`drydock:${version}`]));
});

describe("the unit of systemd", () => {
  const unit = read("ops/drydock.service");
  const valuesOf = (setting: string) => [...unit.matchAll(RegExp(`^${setting}=(.*)$`, "gm"))].map(([, v = ""]) => v);

  test("gives Drydock its secrets as files that it reads", () => {
    const variables = valuesOf("Environment").map((line) => {
      const [name = "", value = ""] = line.split("=");
      return [name, value] as const;
    });
    expect(secretsOf(variables)).toEqual(SECRETS);
    expect(valuesOf("LoadCredential").map((line) => line.split(":")[0])).toEqual(SECRETS);
  });

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  test.runIf(hasSystemd)("systemd accepts it", () => {
    const file = join(folder, "drydock.service");
    writeFileSync(file, unit.replace("/usr/bin/node", process.execPath));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    execFileSync("systemd-analyze", ["security", "--offline=yes", "--threshold=25", file], { stdio: "ignore" });
  });
});

describe("the example for Kubernetes", () => {
  interface Manifest {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    // biome-ignore lint/suspicious/noExplicitAny: the parts that the tests read differ from kind to kind.
    readonly [part: string]: any;
  }
  const documents = parseAllDocuments(read("ops/kubernetes.yml"), { strict: true, uniqueKeys: true });
  const manifests = documents.map((document) => document.toJS() as Manifest);
  const one = (kind: string) => manifests.find((manifest) => manifest.kind === kind) as Manifest;
  const { replicas, strategy, template, selector } = one("Deployment").spec;
  const [container] = template.spec.containers;

  test("is valid YAML, one of each kind", () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    const kinds = ["ConfigMap", "PersistentVolumeClaim", "Deployment", "NetworkPolicy"];
    expect(manifests.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("runs one pod, which ends before the next begins", () => {
    expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: "Recreate" } });
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(10);
  });

  test("lets it write to its volumes alone, and not as root", () => {
    expect(template.spec.securityContext.runAsNonRoot).toBe(true);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const volumes: readonly { name: string }[] = template.spec.volumes;
    const mounts: readonly { name: string }[] = container.volumeMounts;
    expect(mounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
  });

  test("gives Drydock its secrets as files that it reads", () => {
    const variables: readonly { name: string; value: string }[] = container.env;
    expect(secretsOf(variables.map(({ name, value }) => [name, value]))).toEqual(SECRETS);
  });

  test("restarts it if it is not alive, and never because it is not ready", () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(["/healthz", "/healthz", "/readyz"]);
  });

  test("has a configuration that Drydock accepts, with its ledger on the volume", async () => {
    const file = join(folder, "drydock.yml");
    const { "drydock.yml": configuration } = one("ConfigMap").data;
    writeFileSync(file, configuration);
    const { status, stderr } = await runProgram(["config", "check", "--file-only", "--config", file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [ledger] = container.volumeMounts;
    expect(configuration).toContain(`ledger: {file: ${ledger.mountPath}/`);
    expect(configuration).toContain(`port: ${container.ports[0].containerPort},`);
  });
});
