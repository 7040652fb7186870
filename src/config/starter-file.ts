/** The least that lets Drydock make plans: shown for a file that is empty. */
export const SIX_LINES: readonly string[] = [
  "slack: {operationsChannel: C0123456789}",
  "servers:",
  "  prod:",
  "    url: https://deploy.example.com:8443",
  "    mode: observe",
  "people: {emailDomains: [example.com]}",
];

/** What `drydock init` writes. */
export const STARTER_FILE = `# yaml-language-server: $schema=./drydock.schema.json
# Drydock's configuration. Secrets (tokens, passwords) do not belong in this file: Drydock reads them from the environment.
# These six settings are enough. drydock.example.yml shows all others, docs/configuration.md explains them.

slack:
  # 1. The channel in which Drydock shows rollouts and reports trouble. In Slack: channel details, at the bottom.
  operationsChannel: C0123456789

servers:
  # The server's name in Slack: you choose it.
  prod:
    # 2. The address of your UrbanCode Deploy server.
    url: https://deploy.example.com:8443
    # 3. observe: Drydock makes plans and changes nothing. live: it upgrades agents.
    mode: observe
    # 4. Who may approve a rollout, by Slack member id (profile, three dots, Copy member ID). No one approves their own rollout.
    approvers: {people: [U0123456789]}

people:
  # 5. A person in Slack and a user of the server with the same e-mail address in these domains are the same person.
  emailDomains: [example.com]
  # 6. These people may pause and stop any rollout.
  onCall: [U0123456789]
`;

/** How the secrets that go with it are put into the environment. */
export const STARTER_SECRETS = "export SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… DRYDOCK_PROD_TOKEN=…";
