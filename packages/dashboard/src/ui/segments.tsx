import { RadioGroup } from 'radix-ui';
import { SEGMENT, SEGMENTS } from './look.ts';

interface SegmentsProps<Value extends string> {
  label: string;
  options: readonly (readonly [value: Value, name: string])[];
  value: Value;
  onChange: (value: Value) => void;
}

/** One of a few, all in sight. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  const { label, options, value, onChange } = props;
  return (
    <RadioGroup.Root
      aria-label={label}
      orientation="horizontal"
      value={value}
      onValueChange={(chosen) => onChange(chosen as Value)}
      className={SEGMENTS}
    >
      {options.map(([option, name]) => (
        <RadioGroup.Item key={option} value={option} className={SEGMENT}>
          {name}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
