import type { Node, NodeOption } from './command-tree.ts';

/** A script for zsh with its completion system (`compinit`). */
export function zshCompletion(tree: readonly Node[]): string {
  return `#compdef claviger
# Completion of claviger for zsh. To have it in every shell, put into ~/.zshrc, after compinit:
#   source <(claviger completion zsh)
_claviger() {
  local curcontext="$curcontext" state line at='' longer
  local -a commands
  local -i i depth=0
  for ((i = 2; i < CURRENT; i++)); do
    longer="\${at:+$at }\${words[i]}"
    case "$longer" in
      ${tree
        .filter(({ path }) => path !== '')
        .map(({ path }) => quoted(path))
        .join(' | ')}) at="$longer" depth=i-1 ;;
    esac
  done
  # What follows the command is all that _arguments is to see.
  shift depth words
  ((CURRENT -= depth))
  case "$at" in
${tree.map(nodeCase).join('\n')}
  esac
}
if [[ "$funcstack[1]" = _claviger ]]; then
  _claviger "$@"
else
  compdef _claviger claviger
fi
`;
}

function nodeCase(node: Node): string {
  const specs = [
    ...node.options.flatMap(optionSpecs),
    ...(node.takesFiles ? [quoted('*:file:_files')] : []),
    ...(node.choices.length > 0 ? [quoted(`1:value:(${node.choices.join(' ')})`)] : []),
  ];
  if (node.children.length === 0) {
    return `    ${quoted(node.path)}) _arguments -s ${specs.join(' ')} ;;`;
  }
  const children = node.children.map(({ name, description }) =>
    quoted(`${name}:${description.replaceAll(':', String.raw`\:`)}`),
  );
  return `    ${quoted(node.path)})
      if [[ "\${words[CURRENT]}" == -* ]]; then
        _arguments -s ${specs.join(' ')}
      else
        commands=(${children.join(' ')})
        _describe -t commands command commands
      fi ;;`;
}

function optionSpecs({ flags, description, takesValue, choices, takesFile }: NodeOption): string[] {
  const action = takesFile ? '_files' : choices.length > 0 ? `(${choices.join(' ')})` : ' ';
  const value = takesValue ? `:value:${action}` : '';
  return flags.map((flag) => quoted(`*${flag}[${described(description)}]${value}`));
}

const described = (text: string): string => text.replaceAll(/[[\]:\\]/g, (c) => `\\${c}`);

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
