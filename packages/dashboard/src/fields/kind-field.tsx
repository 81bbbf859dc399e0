import type { Api, KeyKind } from '@claviger/contract';
import { fieldTexts } from '../texts/fields.ts';
import { FieldGroup, Option } from './field-group.tsx';

const words = fieldTexts.kind;

const KINDS: readonly KeyKind[] = ['secret', 'publishable', 'pair'];

interface KindFieldProps {
  api: Api;
  value: KeyKind;
  onChange: (kind: KeyKind) => void;
  fault?: string | undefined;
}

export function KindField({ api, value, onChange, fault }: KindFieldProps) {
  const offered = kindsOf(api);
  if (offered.length < 2) return null;
  return (
    <FieldGroup pointer="/kind" title={words.label} fault={fault}>
      {offered.map((kind) => {
        const [title, hint] = words.kinds[kind];
        return (
          <Option
            key={kind}
            type="radio"
            name="kind"
            title={title}
            hint={hint}
            checked={kind === value}
            onChange={() => onChange(kind)}
          />
        );
      })}
    </FieldGroup>
  );
}

const kindsOf = ({ formats }: Api): KeyKind[] =>
  KINDS.filter((kind) => formats[kind] !== undefined);

/** What is chosen where the API issues it, else its first. */
export function kindOf(api: Api, chosen: KeyKind | null): KeyKind {
  const offered = kindsOf(api);
  return offered.find((kind) => kind === chosen) ?? offered[0] ?? 'secret';
}
