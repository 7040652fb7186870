import { type Reply, text } from "./answers.ts";

/**
 * The only way to the server's version: its front page, in one of two shapes, as other clients' expressions match it. Browsers send its
 * cookie back; Basic alone needs none.
 */
export function frontPage(shape: "script" | "product", version: string, session: string): Reply {
  const line =
    shape === "script" ? `i18n("version %s", "${version}")` : `<span class="productVersion">v. ${version}</span>`;
  const cookie = `UCD_SESSION_KEY=${session}; Path=/; HttpOnly`;
  return { ...text(200, `<html lang="en"><body>\n${line}\n</body></html>\n`), headers: { "set-cookie": cookie } };
}
