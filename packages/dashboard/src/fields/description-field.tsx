import { keyBounds } from '@claviger/contract/rules';
import { texts } from '../texts.ts';
import { TextArea } from './text-area.tsx';

interface DescriptionFieldProps {
  value: string;
  onChange: (description: string) => void;
  fault?: string | undefined;
}

export const DescriptionField = (props: DescriptionFieldProps) => (
  <TextArea
    pointer="/description"
    {...texts.fields.description}
    rows={2}
    maxLength={keyBounds.descriptionLength}
    {...props}
  />
);
