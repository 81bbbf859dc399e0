import { useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { counted, texts } from '../texts.ts';
import { Icon } from './icon.tsx';

export interface Choosable {
  readonly id: string;
  readonly label: string;
  /** What tells it from others of the same name. */
  readonly detail?: string;
  readonly mark?: ReactNode;
  readonly onChoose: () => void;
}

export interface ChoosableGroup {
  readonly title: string;
  readonly items: readonly Choosable[];
}

interface ChooserProps {
  /** What is looked for. */
  label: string;
  typed: string;
  onType: (text: string) => void;
  /** Empty ones are left out. */
  groups: readonly ChoosableGroup[];
  /** More may come. */
  busy: boolean;
}

/**
 * A field over what it finds (WAI-ARIA, "combobox with listbox"): the arrows go through the list while the focus stays
 * in the field, and Enter chooses.
 */
export function Chooser(props: ChooserProps) {
  const { label, typed, onType, groups, busy } = props;
  const id = useId();
  const [at, setAt] = useState(0);
  const shown = groups.filter(({ items }) => items.length > 0);
  const items = shown.flatMap((group) => group.items);
  // What was found may have become less.
  const active = Math.min(at, items.length - 1);
  const idOf = (part: string) => `${id}-${part}`;
  const activeId = items[active] && idOf(items[active].id);
  const point = (item: Choosable) => setAt(items.indexOf(item));
  useInView(activeId);
  const press = (event: KeyboardEvent) => {
    // Within a word that is being composed, as in Japanese, keys belong to that.
    if (event.nativeEvent.isComposing) return;
    const step = STEPS[event.key];
    if (event.key !== 'Enter' && step === undefined) return;
    event.preventDefault();
    if (step === undefined) items[active]?.onChoose();
    else if (items.length > 0) setAt((active + step + items.length) % items.length);
  };
  return (
    <>
      <div className="flex items-center gap-2.5 border-b border-line px-4 text-muted">
        <Icon of="search" />
        <input
          role="combobox"
          aria-label={label}
          aria-expanded
          aria-controls={`${id}-list`}
          aria-activedescendant={activeId}
          aria-autocomplete="list"
          placeholder={label}
          value={typed}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          // What holds it opens to be typed in, and gives the focus only after it is drawn: letters would be lost.
          autoFocus
          onChange={(event) => {
            onType(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          className="h-12 min-w-0 flex-1 bg-transparent text-text outline-none placeholder:text-muted"
        />
      </div>
      <div className="max-h-[min(26rem,60dvh)] min-h-14 overflow-y-auto overscroll-contain p-1.5">
        <div id={`${id}-list`} role="listbox" aria-label={label} aria-busy={busy}>
          {shown.map((group, index) => (
            <Group
              key={group.title}
              labelId={idOf(`group-${index}`)}
              of={group}
              idOf={idOf}
              active={items[active]}
              onPoint={point}
            />
          ))}
        </div>
        {items.length === 0 && !busy && (
          <p className="px-2.5 py-3 text-sm text-muted">{texts.chooser.nothing}</p>
        )}
      </div>
      <p role="status" className="sr-only">
        {busy ? '' : counted(texts.chooser.found, items.length)}
      </p>
    </>
  );
}

function useInView(id: string | undefined): void {
  useEffect(() => {
    if (id !== undefined) document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
  }, [id]);
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

interface GroupProps {
  labelId: string;
  of: ChoosableGroup;
  /** Ids of elements, by what they stand for. */
  idOf: (part: string) => string;
  active: Choosable | undefined;
  onPoint: (item: Choosable) => void;
}

const Group = ({ labelId, of: { title, items }, idOf, active, onPoint }: GroupProps) => (
  <div role="group" aria-labelledby={labelId}>
    <div id={labelId} role="presentation" className="px-2.5 pb-1 pt-2 text-xs text-muted">
      {title}
    </div>
    {items.map((item) => (
      // The field has the focus, and takes the keys.
      // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
      <div
        key={item.id}
        id={idOf(item.id)}
        role="option"
        aria-selected={item === active}
        tabIndex={-1}
        onPointerMove={item === active ? undefined : () => onPoint(item)}
        onClick={item.onChoose}
        className="flex min-h-9 cursor-default items-center gap-3 rounded-md px-2.5 py-1.5 text-sm aria-selected:bg-sunken"
      >
        <span className="min-w-0 flex-1 truncate">{item.label}</span>
        {item.detail !== undefined && (
          <span className="max-w-[45%] truncate font-mono text-xs text-muted">{item.detail}</span>
        )}
        {item.mark}
      </div>
    ))}
  </div>
);
