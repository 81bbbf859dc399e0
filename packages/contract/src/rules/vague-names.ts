/** Words that tell nobody, half a year later, what breaks when the key is revoked. */
const VAGUE_WORDS = new Set(
  (
    'a access an another api asdf bar baz copy default demo dev example foo key keys my name nameless ' +
    'new no nr number of old prod qwerty sample secret temp test testing tests the tmp token tokens ' +
    'unnamed untitled'
  ).split(' '),
);

/** Nothing but vague words, numbers and rows of x. */
export function isVagueName(name: string): boolean {
  const words = name.toLowerCase().split(/[\s_.#-]/);
  return words.every((word) => VAGUE_WORDS.has(word.replace(/\d/g, '')) || /^[\dx]*$/.test(word));
}
