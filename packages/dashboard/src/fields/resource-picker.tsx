import { idPatterns } from '@claviger/contract/rules';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState, type KeyboardEvent } from 'react';
import { clientFor } from '../lib/api.ts';
import { usePaused } from '../lib/use-paused.ts';
import { fill, counted } from '../texts.ts';
import { fieldTexts } from '../texts/fields.ts';
import { INPUT } from '../ui/look.ts';

const words = fieldTexts.resources;

/** Offered at a time: who does not find it among them types more of its name. */
const OFFERED = 8;

interface ResourcePickerProps {
  organizationId: string;
  type: string;
  typeName: string;
  ids: readonly string[];
  onChange: (ids: readonly string[]) => void;
}

interface Offer {
  readonly id: string;
  /** Null: it is in no directory, and offered because its id was typed. */
  readonly name: string | null;
}

/** Resources out of the directory of those that have a name, or by their ids. */
export function ResourcePicker(props: ResourcePickerProps) {
  const { organizationId, type, typeName, ids, onChange } = props;
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [isOpen, setIsOpen] = useState(false);
  const [active, setActive] = useState(0);
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const text = typed.trim();
  const offers = useOffers(organizationId, type, text).filter(({ id }) => !ids.includes(id));
  const open = isOpen && offers.length > 0;
  const add = ({ id, name }: Offer) => {
    onChange([...ids, id]);
    if (name !== null) setNames({ ...names, [id]: name });
    setTyped('');
    setActive(0);
    setIsOpen(false);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setIsOpen(true);
      if (open) setActive((active + step + offers.length) % offers.length);
    } else if (event.key === 'Enter' && (open || text !== '')) {
      event.preventDefault();
      const offer = offers[Math.min(active, offers.length - 1)];
      if (open && offer !== undefined) add(offer);
    } else if (event.key === 'Escape' && open) {
      event.preventDefault();
      setIsOpen(false);
    }
  };
  const label = fill(words.search, { type: typeName });
  return (
    <div className="grid gap-2">
      <div className="relative">
        <input
          role="combobox"
          aria-label={label}
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          {...(open && { 'aria-activedescendant': `${listId}-${active}` })}
          placeholder={label}
          value={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={200}
          onFocus={() => setIsOpen(true)}
          onBlur={() => setIsOpen(false)}
          onChange={(event) => {
            setTyped(event.target.value);
            setActive(0);
            setIsOpen(true);
          }}
          onKeyDown={press}
          className={`${INPUT} h-10 w-full px-3`}
        />
        <Offers {...{ listId, label, offers, open, active }} onPick={add} />
      </div>
      <p role="status" className="text-sm text-muted empty:hidden">
        {isOpen && text !== '' && stateOf(text, offers)}
      </p>
      <Chosen {...{ label: typeName, ids, names, onChange }} />
    </div>
  );
}

function stateOf(text: string, offers: readonly Offer[]): string {
  const named = offers.filter(({ name }) => name !== null).length;
  if (named > 0) return counted(words.found, named);
  return idPatterns.platform.test(text) ? words.nothing : words.badId;
}

/** What the directory has under a text, and the text itself where it can be an id. */
function useOffers(organizationId: string, type: string, text: string): Offer[] {
  const q = usePaused(text);
  const found = useQuery({
    queryKey: ['resources', organizationId, type, q],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const { resources } = clientFor(organizationId).organizations;
      const wanted = { limit: OFFERED, ...(q !== '' && { q }) };
      return (await resources.list(organizationId, type, wanted)).data;
    },
  });
  const named = (found.data ?? []).filter(({ id, name }) =>
    [id, name].some((known) => known.toLowerCase().includes(text.toLowerCase())),
  );
  if (!idPatterns.platform.test(text) || named.some(({ id }) => id === text)) return named;
  return [...named, { id: text, name: null }];
}

interface OffersProps {
  listId: string;
  label: string;
  offers: readonly Offer[];
  open: boolean;
  active: number;
  onPick: (offer: Offer) => void;
}

function Offers({ listId, label, offers, open, active, onPick }: OffersProps) {
  return (
    <ul
      id={listId}
      role="listbox"
      aria-label={label}
      hidden={!open}
      className="absolute inset-x-0 top-full z-10 mt-1 max-h-72 overflow-y-auto rounded-lg border border-line bg-surface p-1.5 text-sm shadow-lg"
    >
      {offers.map((offer, index) => (
        <li
          key={offer.id}
          id={`${listId}-${index}`}
          role="option"
          aria-selected={index === active}
          // The input keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(offer)}
          className={`flex cursor-default flex-wrap gap-x-2 break-all rounded-md px-2.5 py-1.5 hover:bg-sunken ${index === active ? 'bg-sunken' : ''}`}
        >
          {offer.name === null ? (
            fill(words.byId, { id: offer.id })
          ) : (
            <>
              {offer.name} <span className="font-mono text-muted">{offer.id}</span>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

interface ChosenProps {
  label: string;
  ids: readonly string[];
  names: Readonly<Record<string, string>>;
  onChange: (ids: readonly string[]) => void;
}

function Chosen({ label, ids, names, onChange }: ChosenProps) {
  if (ids.length === 0) return null;
  return (
    <ul aria-label={label} className="flex flex-wrap gap-2">
      {ids.map((id) => (
        <li
          key={id}
          className="flex max-w-full items-center rounded-md border border-line bg-surface pl-3 text-sm"
        >
          <span className="min-w-0 break-all">
            {names[id]} <span className="font-mono text-muted">{id}</span>
          </span>
          <button
            type="button"
            aria-label={fill(words.remove, { entry: names[id] ?? id })}
            onClick={() => onChange(ids.filter((other) => other !== id))}
            className="grid size-8 place-content-center rounded-md text-muted hover:text-text"
          >
            <span aria-hidden>✕</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
