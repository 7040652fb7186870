import { SlackError } from "../../core/ports.ts";
import { data } from "../../core/view.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import type { ListedChannel } from "../../people/channels.ts";
import { type Check, type DoctorPorts, PART_TIMEOUT } from "./check.ts";
import { type Found, ok, problem, unchecked, warning } from "./finding.ts";

/** Whether Drydock can post in each channel of the configuration, and who reads along there. */
export const slackChannels: Check = {
  code: "channels",
  async run(ports) {
    const { channels, operationsChannel } = ports.settings.channels;
    if (channels.length === 0 && !operationsChannel)
      return [
        warning(
          "channel-none",
          ["The configuration names no channel: Drydock has nowhere to show a rollout."],
          ["List a channel under slack.channels, or set slack.operationsChannel."],
        ),
      ];
    const places: (readonly [ListedChannel, setting: string])[] = channels.map((channel) => [
      channel,
      "slack.channels",
    ]);
    if (operationsChannel) places.push([operationsChannel, "slack.operationsChannel"]);
    const read = async ([channel, setting]: (typeof places)[number]) =>
      (await withTimeout(ports.clock, PART_TIMEOUT, look(ports, channel, setting))) ?? [notInTime(channel)];
    return (await Promise.all(places.map(read))).flat();
  },
};

function notInTime({ id }: ListedChannel): Found {
  return unchecked(
    "channels",
    [`Slack did not list within ${PART_TIMEOUT / 1_000} seconds who is in `, { channel: id }, "."],
    ["Run doctor again in a minute: Slack lists the people of a large channel slowly."],
  );
}

async function look(ports: DoctorPorts, channel: ListedChannel, setting: string): Promise<readonly Found[]> {
  const { id } = channel;
  const seen = await ports.slack.channel(id);
  if (!seen)
    return [
      problem(
        "channel-not-found",
        ["Slack shows Drydock no channel ", data(id), "."],
        [`Correct the id under ${setting}. If the channel is private, invite Drydock to it.`],
      ),
    ];
  if (seen.archived)
    return [
      problem(
        "channel-archived",
        [{ channel: id }, " is archived: Drydock cannot post there."],
        [`Unarchive it in Slack, or name another channel under ${setting}.`],
      ),
    ];
  if (!seen.hasBot)
    return [
      problem(
        "channel-without-bot",
        ["Drydock is not in ", { channel: id }, ", so it cannot post there."],
        ["Invite it: type ", data("/invite @drydock"), " in the channel."],
      ),
    ];
  const outsiders = await readOutsiders(ports, channel, setting);
  return outsiders.length > 0 ? outsiders : [ok("channels", "Drydock can post in ", { channel: id }, ".")];
}

async function readOutsiders(ports: DoctorPorts, rule: ListedChannel, setting: string): Promise<readonly Found[]> {
  const { id } = rule;
  const seen = await ports.channels.look(id, { guests: !rule.guests, fresh: true }).catch((error: unknown) => {
    if (error instanceof SlackError && error.code === "too_many") return undefined;
    throw error;
  });
  if (!seen)
    return [
      problem(
        "channel-too-large",
        ["Slack lists too many people to look for guests in ", { channel: id }, ": Drydock shows no rollout there."],
        [`Name another channel, or accept guests as readers: {id: ${id}, guests: true} in ${setting}.`],
      ),
    ];
  const { shared, guests } = seen;
  const found: Found[] = [];
  if (shared && !rule.shared)
    found.push(
      problem(
        "channel-shared",
        [{ channel: id }, " is shared with another organization: Drydock shows no rollout there."],
        [`Name another channel, or accept the other organization as readers: {id: ${id}, shared: true} in ${setting}.`],
      ),
    );
  if (guests && !rule.guests)
    found.push(
      problem(
        "channel-guests",
        [{ channel: id }, " has guests in it: Drydock shows no rollout there."],
        [`Remove the guests, or accept them as readers: {id: ${id}, guests: true} in ${setting}.`],
      ),
    );
  return found;
}
