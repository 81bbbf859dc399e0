import { Command } from 'commander';
import { apisCommand } from './commands/apis/index.ts';
import { auditCommand } from './commands/audit/index.ts';
import { completionCommand } from './commands/completion.ts';
import { doctorCommand } from './commands/doctor.ts';
import { invitationsCommand } from './commands/invitations/index.ts';
import { insightsCommand } from './commands/insights.ts';
import { keysCommand } from './commands/keys/index.ts';
import { leaksCommand } from './commands/leaks/index.ts';
import { logsCommand } from './commands/logs/index.ts';
import { membersCommand } from './commands/members/index.ts';
import { meCommand } from './commands/me.ts';
import { migrateCommand } from './commands/migrate.ts';
import { organizationsCommand } from './commands/organizations/index.ts';
import { rootKeysCommand } from './commands/root-keys/index.ts';
import { serveCommand } from './commands/serve.ts';
import { usageCommand } from './commands/usage.ts';
import { verifyCommand } from './commands/verify.ts';
import { webhooksCommand } from './commands/webhooks/index.ts';
import { DEFAULT_URL } from './connection.ts';
import { withoutTokens } from './describe-failure.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import { VERSION } from './version.ts';

const SETTINGS_HELP = `
Environment:
  CLAVIGER_URL       the server that the commands speak to (default: ${DEFAULT_URL})
  CLAVIGER_ROOT_KEY  the root key they present; or give --key-file
  NO_COLOR           no colour
  serve, migrate, doctor, audit verify and audit public-key read the server’s settings:
  see "Configuration" in README.md`;

export function createProgram(): Command {
  const program = new Command('claviger')
    .description('Issues, verifies, rotates and revokes API keys.')
    .version(VERSION)
    .showHelpAfterError('(claviger --help lists the commands)')
    .addHelpText('after', SETTINGS_HELP + '\n' + EXIT_CODES_HELP)
    .configureOutput({
      // Commander repeats what it does not understand, and that may be a key.
      outputError: (text, write) => write(withoutTokens(text.replace(/^error: /, 'claviger: '))),
    })
    // Thrown instead of ending the process, so that main decides on the exit code.
    .exitOverride();
  const commands = [
    serveCommand(),
    migrateCommand(),
    apisCommand(),
    organizationsCommand(),
    membersCommand(),
    invitationsCommand(),
    keysCommand(),
    rootKeysCommand(),
    webhooksCommand(),
    verifyCommand(),
    logsCommand(),
    usageCommand(),
    insightsCommand(),
    meCommand(),
    leaksCommand(),
    auditCommand(),
    doctorCommand(),
    completionCommand(),
  ];
  for (const command of commands) program.addCommand(command);
  inherit(program);
  return program;
}

/** Commands that are added ready-made do not take over how errors are shown and the program ends. */
function inherit(parent: Command, parentPath = parent.name()): void {
  for (const child of parent.commands) {
    const path = `${parentPath} ${child.name()}`;
    child.copyInheritedSettings(parent).showHelpAfterError(`(${path} --help explains it)`);
    inherit(child, path);
  }
}
