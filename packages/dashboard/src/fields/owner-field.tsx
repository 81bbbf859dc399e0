import type { User } from '@claviger/contract';
import { useMembers } from '../lib/members.ts';
import { fill } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { Choice } from '../ui/choice.tsx';
import { elementId } from './faults.ts';
import { FaultText } from './field-group.tsx';

const words = fieldTexts.owner;

interface OwnerFieldProps {
  user: User;
  /** Their role lets them have keys of their own alone. */
  ownOnly: boolean;
  value: string | null;
  onChange: (ownerId: string | null) => void;
  /** Whose the key is now. */
  before?: string | null;
  fault?: string | undefined;
}

export function OwnerField(props: OwnerFieldProps) {
  const { user, ownOnly, value, onChange, before = null, fault } = props;
  const id = elementId('/ownerId');
  const members = useMembers();
  if (ownOnly) {
    return (
      <div className="grid gap-1.5 text-sm">
        <span className="font-medium">{words.label}</span>
        <span className="text-muted">{words.own}</span>
      </div>
    );
  }
  const others = members.filter(({ userId }) => userId !== user.id);
  const options: [string, string][] = [
    ['', words.nobody],
    [user.id, fill(words.me, { name: user.name })],
    ...others.map(({ userId, name }): [string, string] => [userId, name]),
  ];
  if (before !== null && !options.some(([userId]) => userId === before)) {
    options.push([before, fill(words.other, { id: before })]);
  }
  return (
    <div id={id} className="grid gap-1.5">
      <Choice
        label={words.label}
        options={options}
        value={value ?? ''}
        onChange={(ownerId) => onChange(ownerId === '' ? null : ownerId)}
      />
      <p className="text-sm text-muted">{words.hint}</p>
      <FaultText id={`${id}-fault`}>{fault}</FaultText>
    </div>
  );
}
