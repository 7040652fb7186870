import { data, type Line, say, type View } from "../../core/view.ts";
import { causeText } from "../../phrases/cause-text.ts";
import type { TestedAgent } from "./connection-test.ts";

/** What the server answered to the tests of its connections. @param untested how many agents were left out. */
export function connectionView(tested: readonly TestedAgent[], untested: number): View {
  const lines = tested.map(({ name, answer }): Line => {
    if (answer.kind === "none") return [data(name), ": no answer to the test: ", ...causeText(answer.why, "you")];
    return [
      data(name),
      ": the server accepted the test",
      ...(answer.text === "" ? [", and reported nothing more."] : [" and reported: ", data(answer.text)]),
    ];
  });
  return say(
    "connection-test",
    ...lines,
    ...(untested > 0 ? [`Drydock did not test ${untested} more: it tests ${tested.length} at a time.`] : []),
    "The vendor does not document what the server answers to a test. These are its own words.",
  );
}
