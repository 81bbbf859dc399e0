import type { Node, NodeOption } from './command-tree.ts';

/** A script for fish 3 or newer. */
export function fishCompletion(tree: readonly Node[]): string {
  const paths = tree.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  return `# Completion of claviger for fish. To have it in every shell:
#   claviger completion fish > ~/.config/fish/completions/claviger.fish
function __claviger_at
    set -l path
    for word in (commandline -opc)[2..]
        set -l longer (string join -- ' ' $path $word)
        if contains -- $longer ${paths.join(' ')}
            set path $longer
        end
    end
    test "$path" = "$argv[1]"
end
complete -c claviger -f
${tree.flatMap(nodeLines).join('\n')}
`;
}

function nodeLines({ path, children, options, takesFiles, choices }: Node): string[] {
  const at = `complete -c claviger -n ${quoted(`__claviger_at ${quoted(path)}`)}`;
  return [
    ...children.map(({ name, description }) => `${at} -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => `${at} ${optionText(option)}`),
    ...choices.map((choice) => `${at} -a ${choice}`),
    ...(takesFiles ? [`${at} -F`] : []),
  ];
}

function optionText({ flags, description, takesValue, choices, takesFile }: NodeOption): string {
  const names = flags.map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const value = takesFile ? '-r -F' : takesValue ? '-x' : '';
  const values = choices.length === 0 ? '' : `-a ${quoted(choices.join(' '))}`;
  return [...names, value, values, `-d ${quoted(description)}`].filter(Boolean).join(' ');
}

/** In fish, a backslash quotes itself and the quote. */
const quoted = (text: string): string => `'${text.replaceAll(/['\\]/g, (c) => `\\${c}`)}'`;
