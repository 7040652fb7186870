import { auditExport, auditReport, auditVerify } from "./audit-command.ts";
import type { CliCommand } from "./command.ts";
import { configCheck, configSchemaCommand } from "./config-command.ts";
import { doctor } from "./doctor.ts";
import { pause, stop } from "./halt-command.ts";
import { helpCommand } from "./help-command.ts";
import { init } from "./init-command.ts";
import { acceptLedger, backup, retain, rotateKey } from "./ledger-command.ts";
import { migrateLedger } from "./migrate-command.ts";
import { plan } from "./plan-command.ts";
import { probe } from "./probe-command.ts";
import { rollouts } from "./rollouts-command.ts";
import { serveCommand } from "./serve-command.ts";
import { show } from "./show-command.ts";
import { status } from "./status-command.ts";

/** Every command of the terminal, in the order of the help. A new one is one entry here. */
export const COMMANDS: readonly CliCommand[] = [
  serveCommand,
  init,
  configCheck,
  configSchemaCommand,
  doctor,
  status,
  rollouts,
  show,
  pause,
  stop,
  plan,
  probe,
  auditVerify,
  auditReport,
  auditExport,
  backup,
  retain,
  acceptLedger,
  rotateKey,
  migrateLedger,
  helpCommand(() => COMMANDS),
];
