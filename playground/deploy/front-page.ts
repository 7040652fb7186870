import { type Reply, text } from "./answers.ts";

/** The only way to the server's version: its front page, in one of two shapes. Browsers send its cookie back; Basic alone needs none. */
export function frontPage(shape: "script" | "product", version: string, session: number): Reply {
  const body =
    shape === "script" ? `i18n("version %s", "${version}")` : `<span class="productVersion">v. ${version}</span>`;
  const cookie = `UCD_SESSION_KEY=session-${session}; Path=/; HttpOnly`;
  return { ...text(200, `<html><body>${body}</body></html>`), headers: { "set-cookie": cookie } };
}
