import type { KeyKind } from '@claviger/contract';
import { canonicalOrigin, keyBounds, originFormFault } from '@claviger/contract/rules';
import { fieldTexts } from '../texts/fields.ts';
import { EntriesField, type EntriesFieldProps } from './entries-field.tsx';
import { entriesFault, type EntryKind, type EntryList } from './entry-list.ts';

const words = fieldTexts.origins;

/** Whether a wildcard lies on a public suffix the server alone says: the list of those is long. */
export const originKind: EntryKind = {
  faultOf: originFormFault,
  canonical: canonicalOrigin,
  suggestionFor: originMeant,
  max: keyBounds.origins,
};

/** Of keys with a public half; a secret key is accepted from anywhere. */
export const OriginsField = (props: EntriesFieldProps) => (
  <EntriesField
    pointer="/allowedOrigins"
    label={words.label}
    hint={words.hint}
    kind={originKind}
    {...props}
  />
);

/** The origin of an address that was copied from the browser; of a wildcard that has too much, the wildcard. */
function originMeant(entry: string): string | null {
  const wildcard = /^(?:https?:\/\/)?(\*\.[^*/:?#]+)/i.exec(entry)?.[1];
  const address = URL.parse(/^[^/:]+(?::\d+)?(?:\/|$)/.test(entry) ? `http://${entry}` : entry);
  const meant = wildcard ?? address?.origin ?? '';
  return meant !== entry && originFormFault(meant) === null ? meant : null;
}

/** Of a settled list. */
export function originsFault(kind: KeyKind, list: EntryList): string | null {
  if (kind === 'publishable' && list.entries.length === 0) return words.missing;
  return entriesFault(originKind, list);
}
