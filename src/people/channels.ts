import { type Channels, SlackError } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";

/** A channel in which rollouts may be shown, and who is accepted to read along there. */
export interface ListedChannel {
  readonly id: string;
  /** Shared with another organization. */
  readonly shared: boolean;
  readonly guests: boolean;
}

export interface ChannelSettings {
  readonly channels: readonly ListedChannel[];
  readonly operationsChannel: ListedChannel | undefined;
}

export interface Places {
  /** Where a rollout is shown that was asked for in this channel, and why not there. Throws UserError where there is no such place. */
  choose(asked: string): Promise<{ readonly channel: string; readonly notice: string | undefined }>;
  /** Why a rollout that is asked for in this channel can be shown nowhere, as far as the configuration alone says it; undefined where it can. */
  unlisted(asked: string): string | undefined;
  /** Why nothing that names agents may be shown in this channel; undefined where it may. */
  refusal(channel: string): Promise<string | undefined>;
  /**
   * The same of a channel in which something is shown already, before the next post (`fresh`) or edit. Throws SlackError while Slack
   * gives no answer or has trouble of its own: then nothing is sent there yet.
   */
  refusalNow(channel: string, fresh: boolean): Promise<string | undefined>;
}

const NOT_LISTED = "it is not among the channels that the configuration lists";
const REMEDY = "The platform team can list a channel under slack.channels or set slack.operationsChannel.";

/** Cards and files name agents: they go only where the configuration lets them, whoever has joined the channel since. */
export function createPlaces(ports: { readonly channels: Channels; readonly settings: ChannelSettings }): Places {
  const { channels, settings } = ports;
  const listed = [...settings.channels, ...(settings.operationsChannel ? [settings.operationsChannel] : [])];

  const notTold = ({ code }: SlackError) =>
    code === "too_many"
      ? "Slack lists too many people to look for guests, which the configuration does not accept for it (guests: true)"
      : `Slack does not report who reads there (${code})`;

  async function refusal(channel: string): Promise<string | undefined> {
    try {
      return await look(channel, true);
    } catch (error) {
      if (error instanceof SlackError) return notTold(error);
      throw error;
    }
  }

  async function look(channel: string, fresh: boolean): Promise<string | undefined> {
    const rule = listed.find(({ id }) => id === channel);
    if (!rule) return NOT_LISTED;
    const { shared, guests } = await channels.look(channel, { guests: !rule.guests, fresh });
    if (shared && !rule.shared)
      return "it is shared with another organization, which the configuration does not accept for it (shared: true)";
    if (guests && !rule.guests)
      return "it has guests in it, which the configuration does not accept for it (guests: true)";
    return undefined;
  }

  return {
    refusal,
    unlisted(asked) {
      if (settings.operationsChannel || listed.some(({ id }) => id === asked)) return undefined;
      return `Drydock cannot show a rollout here: ${NOT_LISTED}. Plan it in a listed channel. ${REMEDY}`;
    },
    async refusalNow(channel, fresh) {
      try {
        return await look(channel, fresh);
      } catch (error) {
        if (error instanceof SlackError && error.kind !== "away" && error.kind !== "passing") return notTold(error);
        throw error;
      }
    },
    async choose(asked) {
      const operations = settings.operationsChannel?.id;
      const why = await refusal(asked);
      if (why === undefined) return { channel: asked, notice: undefined };
      const isListed = listed.some(({ id }) => id === asked);
      if (operations !== undefined && operations !== asked) {
        const whyNot = await refusal(operations);
        if (whyNot === undefined)
          return { channel: operations, notice: isListed ? `Not shown in this channel: ${why}.` : undefined };
        throw new UserError(
          "no-channel",
          `Drydock cannot show the rollout in this channel, because ${why}. It cannot use the operations channel either, because ${whyNot}.`,
        );
      }
      throw new UserError("no-channel", `The rollout cannot be shown in this channel: ${why}. ${REMEDY}`);
    },
  };
}
