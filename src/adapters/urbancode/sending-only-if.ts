import type { Dispatcher } from "undici";

/** A request's time was over before its first byte had left. */
export class TooLate extends Error {
  override readonly name = "TooLate";
  readonly code = "TOO_LATE";
}

/** A dispatcher that looks once more when the connection stands, and sends not one byte of a request that is too late. */
export function sendingOnlyIf(inTime: () => boolean, dispatcher: Dispatcher): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart(controller, context) {
          if (inTime()) handler.onRequestStart?.(controller, context);
          else controller.abort(new TooLate());
        },
        onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
        onResponseStart: (...given) => handler.onResponseStart?.(...given),
        onResponseData: (...given) => handler.onResponseData?.(...given),
        onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
        onResponseError: (...given) => handler.onResponseError?.(...given),
      }),
  );
}
