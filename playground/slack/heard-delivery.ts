import { type Shape, shapeOf } from "./checks.ts";
import type { Delivery } from "./socket-mode.ts";

/** Hears what the app sends, before it is judged: `how` is the Web API method, `response_url`, or `ack`. */
export type Hear = (how: string, content: Shape) => void;

/** A delivery whose acknowledgements are heard. While the app is not reached, nothing is delivered. */
export function heardDelivery(delivery: Delivery, isReached: () => boolean, hear: Hear): Delivery {
  return {
    send(type, payload, acknowledged) {
      if (!isReached()) return;
      delivery.send(type, payload, (response) => {
        hear("ack", typeof response === "string" ? { text: response } : shapeOf(response));
        acknowledged?.(response);
      });
    },
  };
}
