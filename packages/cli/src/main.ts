import { CommanderError, type Command } from 'commander';
import { describeFailure } from './describe-failure.ts';
import { EXIT } from './exit-codes.ts';
import { createProgram } from './program.ts';

let running: Command | null = null;
const program = createProgram().hook('preAction', (_program, command) => {
  running = command;
});

// Each write says itself whether it came through.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  end(error);
}

function end(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.wronglyCalled;
    return;
  }
  // Whoever reads has seen enough: `claviger keys list | head -1`.
  if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return;
  const { text, exitCode } = describeFailure(error, running);
  process.stderr.write(text);
  process.exitCode = exitCode;
}
