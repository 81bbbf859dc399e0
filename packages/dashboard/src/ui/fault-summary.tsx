import { focusField, type Faults } from '../fields/faults.ts';
import { counted } from '../texts.ts';
import { createTexts } from '../texts/create-key.ts';
import { Notice } from './notice.tsx';

interface FaultSummaryProps {
  /** In the order of the form. */
  faults: Faults;
  /** What the field is called that a pointer leads to; undefined: the form has none. */
  labelOf: (pointer: string) => string | undefined;
}

/** Everything that has to be put right, with the way there. */
export function FaultSummary({ faults, labelOf }: FaultSummaryProps) {
  const pointers = Object.keys(faults);
  if (pointers.length === 0) return null;
  return (
    <Notice>
      <p className="font-medium">{counted(createTexts.faults, pointers.length)}</p>
      <ul className="mt-1 list-disc pl-5">
        {pointers.map((pointer) => {
          const label = labelOf(pointer);
          return (
            <li key={pointer}>
              {label !== undefined && (
                <>
                  <button
                    type="button"
                    onClick={() => focusField(pointer)}
                    className="min-h-6 font-medium underline underline-offset-4"
                  >
                    {label}
                  </button>
                  {': '}
                </>
              )}
              {faults[pointer]}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
