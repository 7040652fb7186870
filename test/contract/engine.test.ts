import { createLocalEngine } from "../../src/adapters/engine/local.ts";
import { keepLog } from "../support/silent-log.ts";
import { engineContract } from "./engine.contract.ts";

engineContract("in this process", () => createLocalEngine({ log: keepLog() }));
