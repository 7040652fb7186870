import type { HomeView, KnownBlock, ModalView, Option } from "@slack/types";

/** What Drydock sends to Slack, in the types that Slack publishes. The generator of the schema begins here. */
export interface Judged {
  blocks: KnownBlock[];
  home: HomeView;
  modal: ModalView;
  options: Option[];
}
