import type { CliCommand } from "./command.ts";
import { configCheck, configSchemaCommand } from "./config-command.ts";
import { doctor } from "./doctor.ts";
import { helpCommand } from "./help-command.ts";
import { init } from "./init-command.ts";
import { acceptLedger, backup, retain, rotateKey } from "./ledger-command.ts";
import { migrateLedger } from "./migrate-command.ts";
import { plan } from "./plan-command.ts";
import { probe } from "./probe-command.ts";
import { serveCommand } from "./serve-command.ts";

/** Every command of the terminal, in the order of the help. A new one is one entry here. */
export const COMMANDS: readonly CliCommand[] = [
  serveCommand,
  init,
  configCheck,
  configSchemaCommand,
  doctor,
  plan,
  probe,
  backup,
  retain,
  acceptLedger,
  rotateKey,
  migrateLedger,
  helpCommand(() => COMMANDS),
];
