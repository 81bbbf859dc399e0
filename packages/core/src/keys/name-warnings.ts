import type { Key } from '@claviger/contract';

/** Words that tell nobody, half a year later, what breaks when the key is revoked. */
const VAGUE_WORDS = new Set(
  (
    'a access an another api asdf bar baz copy default demo dev example foo key keys my name nameless ' +
    'new no nr number of old prod qwerty sample secret temp test testing tests the tmp token tokens ' +
    'unnamed untitled'
  ).split(' '),
);

/** A vague name is accepted, and the answer says what a good one looks like. */
export function nameWarnings(name: string): Key['warnings'] {
  if (!isVague(name)) return [];
  return [
    {
      code: 'VAGUE_NAME',
      message: `"${name}" does not say what uses the key. Name the system and the environment, such as "Warehouse staging" or "Finance export job".`,
    },
  ];
}

/** Nothing but vague words, numbers and rows of x. */
function isVague(name: string): boolean {
  const words = name.toLowerCase().split(/[\s_.#-]/);
  return words.every((word) => VAGUE_WORDS.has(word.replace(/\d/g, '')) || /^[\dx]*$/.test(word));
}
