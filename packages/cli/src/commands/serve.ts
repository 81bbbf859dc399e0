import type { Serving } from '@claviger/server';
import { Command } from 'commander';
import { examples } from '../api-command.ts';

/** If stopping hangs, being gone is better than being half there. */
const STOP_LIMIT_MS = 9_500;

export function serveCommand(): Command {
  return new Command('serve')
    .description('Start the server')
    .addHelpText(
      'after',
      examples(
        'claviger serve',
        'CLAVIGER_PORT=9000 CLAVIGER_DATABASE_URL=sqlite:/var/lib/claviger/claviger.db claviger serve',
      ),
    )
    .action(async () => {
      const { readConfig, serve } = await import('@claviger/server');
      const starting = serve(readConfig(process.env), {
        say: (line) => process.stdout.write(`${line}\n`),
        logTo: process.stderr,
      });
      // Listened to from the start: a server that is told to stop while it starts has to say goodbye too.
      // And for good: npm passes a signal on that the whole process group has had already.
      let stopping: Promise<void> | undefined;
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        process.on(signal, () => void (stopping ??= stopAndExit(starting)));
      }
      await starting;
    });
}

async function stopAndExit(starting: Promise<Serving>): Promise<void> {
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  try {
    const serving = await starting;
    await serving.stop();
    process.exit(0);
  } catch (error) {
    process.stderr.write(
      `claviger: ${error instanceof Error ? error.message : 'stopping failed'}\n`,
    );
    process.exit(1);
  }
}
