import { ServerError, saysNothing, type UrbanCode } from "../../model/deploy-server.ts";
import type { Http } from "./http.ts";

/** The two shapes in which a front page has the version. Source: docs/urbancode-deploy.md, "System settings and maintenance mode". */
export const VERSION_SHAPES = [/"version %s",\s*"([\d.]+)"/, /class="productVersion">v\. ([\d.]+)</];

/** What Drydock reads from the page that a server shows to everybody. */
export function createFrontPage(http: Http): Pick<UrbanCode, "version" | "serverTime"> {
  /** Empty if the server shows something else there, a login page behind a redirect say: then it does not tell its version. */
  async function read(signal?: AbortSignal): Promise<string> {
    try {
      return await http.text("front page", "/", { signal, anyone: true });
    } catch (error) {
      if (error instanceof ServerError && !saysNothing(error)) return "";
      throw error;
    }
  }

  return {
    async version(signal) {
      const page = await read(signal);
      return VERSION_SHAPES.map((shape) => shape.exec(page)?.[1]).find((version) => version !== undefined);
    },
    async serverTime(signal) {
      const { date } = await http.page("front page", "/", { signal, anyone: true });
      const at = Date.parse(date);
      return Number.isNaN(at) ? undefined : at;
    },
  };
}
