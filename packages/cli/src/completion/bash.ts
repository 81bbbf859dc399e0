import type { Node, NodeOption } from './command-tree.ts';

/** A script for bash 4 or newer, with or without the package bash-completion. */
export function bashCompletion(tree: readonly Node[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completion of claviger for bash. To have it in every shell, put into ~/.bashrc:
#   source <(claviger completion bash)
_claviger() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' path='' words='' i
  ((COMP_CWORD > 0)) && prev=\${COMP_WORDS[COMP_CWORD-1]}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${path:+$path }\${COMP_WORDS[i]}" in
      ${paths.join(' | ')})
        path="\${path:+$path }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path:$prev" in
${tree.flatMap(valueCases).join('\n')}
  esac
  case "$path" in
${tree.map(wordCase).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _claviger claviger
`;
}

const FILES = 'compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$cur")); return';

function valueCases({ path, options }: Node): string[] {
  const after = ({ flags }: NodeOption) =>
    flags.map((flag) => quoted(`${path}:${flag}`)).join(' | ');
  return options
    .filter(({ takesValue }) => takesValue)
    .map((option) => {
      if (option.takesFile) return `    ${after(option)}) ${FILES} ;;`;
      const words = `COMPREPLY=($(compgen -W ${quoted(option.choices.join(' '))} -- "$cur"))`;
      return `    ${after(option)}) ${option.choices.length === 0 ? 'return' : `${words}; return`} ;;`;
    });
}

function wordCase({ path, children, options, takesFiles, choices }: Node): string {
  const flags = options.flatMap((option) => option.flags.filter((flag) => flag.startsWith('--')));
  const words = [...children.map(({ name }) => name), ...choices, ...flags].join(' ');
  const files = takesFiles ? ` [[ $cur == -* ]] || { ${FILES}; } ;;` : ' ;;';
  return `    ${quoted(path)}) words=${quoted(words)};${files}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
