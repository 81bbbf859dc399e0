import { readConfig, serve } from '@claviger/server';
import { Command } from 'commander';

/** If stopping hangs, being gone is better than being half there. */
const STOP_LIMIT_MS = 9_500;

export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the server')
    .addHelpText(
      'after',
      '\nExamples:\n  claviger serve\n  CLAVIGER_PORT=9000 CLAVIGER_DATABASE_URL=sqlite:/var/lib/claviger/claviger.db claviger serve',
    )
    .action(async () => {
      const serving = await serve(readConfig(process.env), {
        say: (line) => process.stdout.write(`${line}\n`),
        logTo: process.stderr,
      });
      const stop = () => {
        setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
        serving.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            process.stderr.write(
              `claviger: ${error instanceof Error ? error.message : 'stopping failed'}\n`,
            );
            process.exit(1);
          },
        );
      };
      process.once('SIGTERM', stop);
      process.once('SIGINT', stop);
    });
}
