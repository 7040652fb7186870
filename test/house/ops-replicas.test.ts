import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { CLOSE_TIMEOUT } from "../../src/open-shared-stores.ts";
import { STOP_TIMEOUT } from "../../src/serve.ts";
import { readSecrets } from "../support/read-secrets.ts";
import { runProgram } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "ops-replicas-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noExplicitAny: the parts that the tests read differ from document to document.
type Document = any;

function documentsOf(file: string): readonly Document[] {
  const documents = parseAllDocuments(readFileSync(file, "utf8"), { strict: true, uniqueKeys: true });
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  return documents.map((document) => document.toJS());
}

const SECRETS = ["database-url", "slack-bot-token", "slack-app-token", "ledger-key", "prod-token"];
/** In seconds: a stop, and then the database. */
const LONGEST_STOP = (STOP_TIMEOUT + CLOSE_TIMEOUT) / 1_000;
const seconds = (written: string) => Number(/^(\d+)s$/.exec(written)?.[1]);

test("a stop takes no longer than the documents say, also while PostgreSQL does not answer", () => {
  const page = readFileSync("docs/operations/start-and-stop.md", "utf8");
  expect(page).toContain(`Drydock ends within ${LONGEST_STOP} seconds.`);
});

describe("the example of replicas for Kubernetes", () => {
  const manifests = documentsOf("ops/kubernetes-replicas.yml");
  const one = (kind: string) => manifests.find((manifest) => manifest.kind === kind);
  const { spec } = one("Deployment");
  const pod = spec.template.spec;
  const [container] = pod.containers;

  test("has one of each kind, and all of them mean the same pods", () => {
    const kinds = ["ConfigMap", "Deployment", "PodDisruptionBudget", "NetworkPolicy"];
    expect(manifests.map(({ kind }) => kind)).toEqual(kinds);
    const { labels } = spec.template.metadata;
    const selectors = [
      spec.selector,
      one("PodDisruptionBudget").spec.selector,
      one("NetworkPolicy").spec.podSelector,
      pod.topologySpreadConstraints[0].labelSelector,
    ];
    for (const { matchLabels } of selectors) expect(labels).toEqual(matchLabels);
  });

  test("keeps two of three replicas through an update and a drain, and waits for each stop", () => {
    const { replicas, strategy, minReadySeconds } = spec;
    const { maxUnavailable } = one("PodDisruptionBudget").spec;
    expect(replicas - maxUnavailable).toBeGreaterThanOrEqual(2);
    expect([strategy.type, strategy.rollingUpdate.maxUnavailable]).toEqual(["RollingUpdate", 0]);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(LONGEST_STOP);
    expect(minReadySeconds).toBeGreaterThan(0);
  });

  test("asks with each probe only whether the replica lives: what is away outside blocks no update", () => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(["/healthz", "/healthz", "/healthz"]);
  });

  test("lets it write to its volumes alone, and not as root", () => {
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    const named = (parts: readonly { name: string }[]) => parts.map(({ name }) => name);
    expect(named(container.volumeMounts)).toEqual(named(pod.volumes));
  });

  test("gives Drydock its secrets as files, and a configuration that it accepts", async () => {
    const variables: readonly { name: string; value: string }[] = container.env;
    expect(
      readSecrets(
        folder,
        variables.map(({ name, value }) => [name, value]),
      ),
    ).toEqual(SECRETS);
    const file = join(folder, "drydock.yml");
    const configuration = one("ConfigMap").data["drydock.yml"];
    writeFileSync(file, configuration);
    const { status, stderr } = await runProgram(["config", "check", "--file-only", "--config", file]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(configuration).toContain(`ledger: {file: ${container.volumeMounts[0].mountPath}/`);
    expect(configuration).toContain(`port: ${container.ports[0].containerPort},`);
  });
});

describe("the example for Docker Compose", () => {
  const [compose] = documentsOf("ops/compose.yml");
  const { drydock, postgres } = compose.services;

  test("starts replicas once PostgreSQL answers, and none has a port or a name of its own", () => {
    expect(drydock.deploy.replicas).toBeGreaterThan(1);
    expect(drydock.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(postgres.healthcheck.test.slice(0, 2)).toEqual(["CMD", "pg_isready"]);
    expect(Object.keys(drydock)).not.toEqual(expect.arrayContaining(["ports"]));
    expect(Object.keys(drydock)).not.toEqual(expect.arrayContaining(["container_name"]));
  });

  test("uses a PostgreSQL that Drydock accepts, with its data on a volume", () => {
    expect(Number(/^postgres:(\d+)$/.exec(postgres.image)?.[1])).toBeGreaterThanOrEqual(18);
    expect(postgres.volumes).toEqual(["database:/var/lib/postgresql"]);
    expect(Object.keys(compose.volumes)).toEqual(["database"]);
  });

  test("gives both their secrets as files that are listed, and waits for each stop", () => {
    expect(readSecrets(folder, Object.entries(drydock.environment))).toEqual(SECRETS);
    expect(drydock.secrets).toEqual(SECRETS);
    expect(Object.keys(compose.secrets)).toEqual([...postgres.secrets, ...SECRETS]);
    expect(seconds(drydock.stop_grace_period)).toBeGreaterThan(LONGEST_STOP);
  });
});
