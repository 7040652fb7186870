import type { ServerCheck } from "./check.ts";
import { ok, warning } from "./finding.ts";

const DAY = 24 * 60 * 60_000;
/** The longest that a renewal usually takes, in days. */
const SOON = 30;

/** How long the certificate is still valid. One that is not valid any more is reported with the connection. */
export const serverCertificate: ServerCheck = {
  code: "certificate",
  async run({ clock }, { name, urbancode }) {
    const until = await urbancode.certificateEnds();
    if (until === undefined) return [];
    const days = Math.floor((until - clock.now()) / DAY);
    const sentence = `The certificate of ${name} is valid for ${days === 1 ? "1 more day" : `${days} more days`}.`;
    if (days >= SOON) return [ok("certificate", sentence)];
    return [
      warning(
        "certificate-ends-soon",
        [sentence],
        ["Renew it in time: Drydock reaches the server only with a valid certificate."],
      ),
    ];
  },
};
