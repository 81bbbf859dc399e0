import type { Command, Option } from 'commander';

export interface Node {
  /** `keys create`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  readonly children: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly NodeOption[];
  readonly takesFiles: boolean;
  /** What its argument may be, where that is a closed set. */
  readonly choices: readonly string[];
}

export interface NodeOption {
  /** `--status`, and `-y` where there is one. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  readonly takesFile: boolean;
}

/** Every command with what can follow it: what completions are generated from. */
export function commandTree(command: Command, path = ''): Node[] {
  const children = command.commands.map((child) => ({
    name: child.name(),
    description: summaryOf(child),
  }));
  const node: Node = {
    path,
    description: summaryOf(command),
    children,
    options: [...command.options.filter(({ hidden }) => !hidden).map(describe), HELP],
    takesFiles: command.registeredArguments.some((argument) => argument.name() === 'file'),
    choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  };
  return [
    node,
    ...command.commands.flatMap((child) => commandTree(child, `${path} ${child.name()}`.trim())),
  ];
}

const HELP: NodeOption = {
  flags: ['--help', '-h'],
  description: 'display help',
  takesValue: false,
  choices: [],
  takesFile: false,
};

const describe = (option: Option): NodeOption => ({
  flags: [option.long, option.short].filter((flag) => flag !== undefined),
  description: option.description,
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
  takesFile: option.flags.includes('<file>'),
});

/** Up to the first semicolon or colon: a line in a menu. */
const summaryOf = (command: Command): string => command.description().split(/[;:]/)[0] ?? '';
