import { addressFault, blockAround, canonicalAddress, keyBounds } from '@claviger/contract/rules';
import { fieldTexts } from '../texts/fields.ts';
import { EntriesField, type EntriesFieldProps } from './entries-field.tsx';
import type { EntryKind } from './entry-list.ts';

export const addressKind: EntryKind = {
  faultOf: addressFault,
  canonical: canonicalAddress,
  suggestionFor: blockAround,
  max: keyBounds.addresses,
};

export const AddressesField = (props: EntriesFieldProps) => (
  <EntriesField pointer="/allowedIps" {...fieldTexts.addresses} kind={addressKind} {...props} />
);
