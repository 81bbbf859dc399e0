import type { Key } from '@claviger/contract';

/** Names that will tell nobody, half a year later, what breaks when the key is revoked. */
const VAGUE =
  /^(?:(?:my|new|the|a|an|old|another|api|access|secret|test|tests|testing|temp|tmp|demo|dev|prod|default|sample|example|untitled|unnamed|foo|bar|baz|asdf|qwerty|x+|key|keys|token|tokens|default|copy|of|number|nr|no)[\s_.#-]*)*\d*$/i;

/** A vague name is accepted, and the answer says what a good one looks like. */
export function nameWarnings(name: string): Key['warnings'] {
  if (!VAGUE.test(name)) return [];
  return [
    {
      code: 'VAGUE_NAME',
      message: `"${name}" does not say what uses the key. Name the system and the environment, such as "Warehouse staging" or "Finance export job".`,
    },
  ];
}
