import type { Key } from '@claviger/contract';
import { keyBounds } from '@claviger/contract/rules';
import { fieldTexts } from '../texts/fields.ts';
import { TextArea } from './text-area.tsx';

const words = fieldTexts.metadata;

interface MetadataFieldProps {
  /** As it is typed. */
  value: string;
  onChange: (metadata: string) => void;
  fault?: string | undefined;
}

export function MetadataField({ fault, ...props }: MetadataFieldProps) {
  return (
    <TextArea
      pointer="/metadata"
      label={words.label}
      hint={words.hint}
      rows={3}
      code
      fault={fault ?? metadataFault(props.value) ?? undefined}
      {...props}
    />
  );
}

export const metadataText = (metadata: Key['metadata']): string =>
  Object.keys(metadata).length === 0 ? '' : JSON.stringify(metadata, null, 2);

/** Null: it is not an object of JSON. */
export function readMetadata(text: string): Key['metadata'] | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Key['metadata']) : null;
  } catch {
    return null;
  }
}

export function metadataFault(text: string): string | null {
  const metadata = readMetadata(text);
  if (metadata === null) return words.bad;
  const { length } = new TextEncoder().encode(JSON.stringify(metadata));
  return length > keyBounds.metadataBytes ? words.long : null;
}
