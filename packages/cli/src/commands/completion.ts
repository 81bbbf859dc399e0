import { Argument, Command } from 'commander';
import { examples } from '../api-command.ts';
import { bashCompletion } from '../completion/bash.ts';
import { commandTree } from '../completion/command-tree.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { write } from '../output.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function completionCommand(): Command {
  return new Command('completion')
    .description('Print a completion script for a shell; make it again after an upgrade')
    .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
    .addHelpText(
      'after',
      examples(
        'source <(claviger completion bash)    # in ~/.bashrc',
        'source <(claviger completion zsh)     # in ~/.zshrc, after compinit',
        'claviger completion fish > ~/.config/fish/completions/claviger.fish',
      ),
    )
    .action(async (shell: keyof typeof SHELLS, _options: unknown, command: Command) => {
      const { parent } = command;
      if (parent !== null) await write(SHELLS[shell](commandTree(parent)));
    });
}
