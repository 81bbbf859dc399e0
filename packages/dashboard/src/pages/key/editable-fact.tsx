import type { PatchKey } from '@claviger/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import { usePart } from '../../lib/use-part.ts';
import { texts } from '../../texts.ts';
import { keyPageTexts } from '../../texts/key-page.ts';
import { useMessages } from '../../ui/messages.tsx';
import { Blank } from '../../ui/section.tsx';
import { useKeyView, type EditedField } from './key-view.ts';

const route = getRouteApi('/signed-in');
const words = keyPageTexts.facts;

interface EditableFactProps {
  field: EditedField;
  /** Undefined: its editor is closed. */
  suggested: PatchKey | undefined;
  onClose: () => void;
  children: ReactNode;
}

/** A field of the key, which becomes its own form. */
export function EditableFact({ field, suggested, onClose, children }: EditableFactProps) {
  const { key, api, held, ownOnly, edit } = useKeyView();
  const { user } = route.useRouteContext().session;
  const button = useRef<HTMLButtonElement>(null);
  const isOpen = suggested !== undefined;
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    // Closed by the keyboard, the focus would be nowhere.
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const isEditable =
    api !== null &&
    held.includes('keys:write') &&
    key.status !== 'revoked' &&
    !(field === 'ownerId' && ownOnly);
  const say = useMessages();
  const part = usePart(
    () => import('./fact-editor.tsx'),
    isOpen && isEditable,
    () => {
      say(texts.unreachable.fault);
      onClose();
    },
  );
  if (isOpen && isEditable) {
    if (part === null) return <Blank className="m-5 h-24" />;
    return <part.FactEditor {...{ field, of: key, api, user, suggested, onClose }} />;
  }
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-2.5 pl-5 pr-3 text-sm sm:grid-cols-[8.5rem_minmax(0,1fr)_auto]">
      <span className="py-1 text-muted max-sm:pb-0">{words[field]}</span>
      <div className="min-w-0 break-words py-1 max-sm:order-last max-sm:col-span-2 max-sm:pt-0">
        {children}
      </div>
      {isEditable ? (
        <button
          ref={button}
          type="button"
          onClick={() => edit(field)}
          className="min-h-7 self-start rounded-md px-2 text-accent hover:bg-sunken"
        >
          {words.edit}
          <span className="sr-only"> {words[field]}</span>
        </button>
      ) : (
        <span />
      )}
    </div>
  );
}
