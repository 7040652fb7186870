import { WebClient } from "@slack/web-api";
import { type Meter, NO_METER } from "../../core/meter.ts";
import type { Channels, Clock, Log, Usergroups } from "../../core/ports.ts";
import { createChannels } from "./channels.ts";
import { meteredFetch } from "./metered-fetch.ts";
import { createPeople } from "./people.ts";
import { createSdkLog, type SdkLogger } from "./sdk-log.ts";
import { createWhoAmI, type WhoAmI } from "./self.ts";
import { createUsergroups } from "./usergroups.ts";

/** Of one request, in ms. */
const TIMEOUT = 10_000;

/** What can be read of a workspace with the bot's token. It connects to nothing until it is asked. */
interface SlackReads {
  readonly client: WebClient;
  readonly whoAmI: WhoAmI;
  readonly people: ReturnType<typeof createPeople>;
  readonly channels: Channels;
  readonly usergroups: Usergroups;
  readonly logger: SdkLogger;
  readonly clientOptions: ReturnType<typeof clientOptionsOf>;
}

export function openSlackReads(
  { botToken, apiUrl }: { readonly botToken: string; readonly apiUrl: string | undefined },
  ports: { readonly clock: Clock; readonly log: Log; readonly meter?: Meter },
): SlackReads {
  const { clock, log, meter = NO_METER } = ports;
  const logger = createSdkLog(log, { clock });
  const clientOptions = clientOptionsOf(logger, apiUrl, meter);
  const client = new WebClient(botToken, clientOptions);
  const whoAmI = createWhoAmI(client);
  const people = createPeople({ client, clock, whoAmI });
  return {
    client,
    whoAmI,
    people,
    channels: createChannels({ client, people, clock, whoAmI }),
    usergroups: createUsergroups({ client, clock }),
    logger,
    clientOptions,
  };
}

function clientOptionsOf(logger: SdkLogger, apiUrl: string | undefined, meter: Meter) {
  return {
    fetch: meteredFetch(meter, TIMEOUT),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: TIMEOUT,
    logger,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  };
}
