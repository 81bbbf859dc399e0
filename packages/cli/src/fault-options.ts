import type { Command } from 'commander';

/** Fields of the API whose option is not called after them. */
const OPTIONS: Readonly<Record<string, string>> = {
  apiId: '--api',
  organizationId: '--organization',
  ownerId: '--owner',
  permissions: '--permission',
  expiresAt: '--expires',
  overlapSeconds: '--overlap',
  resources: '--resource',
  q: '--search',
};

/** The option or argument that a pointer of the API's faults means; undefined where the command has none. */
export function optionOfPointer(pointer: string, command: Command | null): string | undefined {
  if (command === null) return undefined;
  const [, ...segments] = pointer.split('/');
  if (segments[0] === 'path') return argumentOf(segments[1], command);
  const nested = segments[0] === 'query' || segments[0] === 'filter';
  const [field = '', member = ''] = nested ? segments.slice(1) : segments;
  const has = (option: string) => command.options.some(({ long }) => long === option);
  if (field.startsWith('metadata.')) return `--metadata ${field.slice('metadata.'.length)}`;
  if (field === 'metadata' && has('--metadata')) return `--metadata ${member}`.trimEnd();
  const option = OPTIONS[field] ?? `--${field.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  if (has(option)) return option;
  // What root keys are bound to has an option for each type of resource.
  return field === 'resources' && has(`--${member}`) ? `--${member}` : undefined;
}

function argumentOf(name: string | undefined, command: Command): string | undefined {
  const argument = command.registeredArguments.find((each) => each.name() === name);
  return argument === undefined ? undefined : `<${argument.name()}>`;
}
