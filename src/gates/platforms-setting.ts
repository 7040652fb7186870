import { z } from "zod";
import { DEFAULT_GATES } from "../model/policy.ts";
import { listed } from "./policy-words.ts";
import { fieldSetting } from "./setting.ts";
import { text } from "./setting-schemas.ts";

const PLATFORMS =
  "expected the operating systems whose agents Drydock leaves out, e.g. unsupportedPlatforms: {os: [z/OS]}. {os: []} leaves none out";

const schema = z
  .strictObject(
    {
      os: z
        .array(text("expected a value of the agents' property sys.os.name, or a glob, e.g. z/OS"), PLATFORMS)
        .default([...DEFAULT_GATES.unsupportedPlatforms.os]),
    },
    PLATFORMS,
  )
  .prefault({});

export const platformsSetting = fieldSetting("unsupportedPlatforms", {
  schema,
  fallback: DEFAULT_GATES.unsupportedPlatforms,
  doc: { os: "Systems whose agents are left out. See Unsupported platforms." },
  words: ({ os }) =>
    os.length === 0
      ? []
      : [["Agents on ", ...listed(os.map((data) => ({ data }))), " are left out: they upgrade in their own way."]],
});
