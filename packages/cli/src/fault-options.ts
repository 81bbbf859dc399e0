import type { Command } from 'commander';

/** Fields of the API whose option is not called after them. */
const OPTIONS: Readonly<Record<string, string>> = {
  apiId: '--api',
  organizationId: '--organization',
  ownerId: '--owner',
  allowedOrigins: '--origin',
  allowedIps: '--ip',
  rateLimits: '--rate-limit',
  permissions: '--permission',
  expiresAt: '--expires',
  overlapSeconds: '--overlap',
  resources: '--resource',
  q: '--search',
  keyId: '--of',
  actorId: '--actor',
  targetId: '--target',
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
  if (has(option)) return `${option} ${entryOf(option, member, command)}`.trimEnd();
  // What root keys are bound to has an option for each type of resource.
  return field === 'resources' && has(`--${member}`) ? `--${member}` : undefined;
}

/** Options of which each entry can have a fault of its own, which does not repeat what it is about. */
const LISTS = ['--origin', '--ip', '--rate-limit'];

/** The entry of a list as it was typed, or its name. */
function entryOf(option: string, index: string, command: Command): string {
  if (!LISTS.includes(option)) return '';
  const found = command.options.find(({ long }) => long === option);
  const values: unknown = command.opts()[found?.attributeName() ?? ''];
  const entry: unknown = Array.isArray(values) ? values[Number(index || Number.NaN)] : undefined;
  if (typeof entry === 'string') return entry;
  const named = typeof entry === 'object' && entry !== null && 'name' in entry;
  return named ? String(entry.name) : '';
}

function argumentOf(name: string | undefined, command: Command): string | undefined {
  const argument = command.registeredArguments.find((each) => each.name() === name);
  return argument === undefined ? undefined : `<${argument.name()}>`;
}
