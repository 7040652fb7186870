import { z } from "zod";
import { basic, type ForeignClient, named, text } from "./foreign-client.ts";

/** Java: files under src/main/java/com/urbancode/ud/client. A space is %20. */
export const restClient: ForeignClient = {
  repository: "UrbanCode/uDeployRestClient",
  headers: () => ({ authorization: basic("drydock:dry-dock-password") }),
  calls: [
    // AgentClient.java: an object, or a status above 299 for a failure.
    ["/cli/agentCLI/info?agent=web%201", named],
    ["/cli/agentCLI/info?agent=none", [404]],
    // AgentClient.java: the body is the value.
    ["/cli/agentCLI/getProperty?agent=web%201&name=sys%2Eos%2Ename", z.literal("Linux")],
    // SystemClient.java
    ["/cli/systemConfiguration", z.looseObject({})],
  ],
};

/** Java, by another author. It fails at the first agent that lacks one of these fields. */
export const agentParser: ForeignClient = {
  repository: "AniketKakde09/IBM-DevOps-Deploy-Agent-Data-Parser",
  headers: () => ({ authorization: basic("drydock:dry-dock-password") }),
  calls: [
    // src/main/java/com/opensource/GetAgentDetailsCustom.java
    [
      "/cli/agentCLI",
      z.array(named.extend({ status: text, licenseType: text, version: text, communicationVersion: text })).length(5),
    ],
    // The same file: a space is "+". Any status but 200 becomes "NA".
    ["/cli/agentCLI/getProperty?agent=agent-web-1&name=my+note", z.literal("kept for audits")],
    ["/cli/agentCLI/getProperty?agent=agent-web-1&name=none", [404]],
  ],
};
