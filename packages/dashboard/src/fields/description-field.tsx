import { keyBounds } from '@claviger/contract/rules';
import { fieldTexts } from '../texts/fields.ts';
import { TextArea } from './text-area.tsx';

interface DescriptionFieldProps {
  value: string;
  onChange: (description: string) => void;
  fault?: string | undefined;
}

export const DescriptionField = (props: DescriptionFieldProps) => (
  <TextArea
    pointer="/description"
    {...fieldTexts.description}
    rows={2}
    maxLength={keyBounds.descriptionLength}
    {...props}
  />
);
