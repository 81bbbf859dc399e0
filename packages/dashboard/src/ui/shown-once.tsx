import { AlertDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useReturnFocus } from '../lib/use-return-focus.ts';
import { CopyButton } from './copy-button.tsx';
import { DIALOG, OVERLAY } from './look.ts';

interface ShownOnceProps {
  title: string;
  body: string;
  /** Its width and gaps. */
  className: string;
  /** What Escape does; left out, nothing: there is no second chance. */
  onEscape?: (() => void) | undefined;
  children: ReactNode;
}

/** A dialog over what cannot be shown again: nothing but its own buttons closes it. */
export function ShownOnce({ title, body, className, onEscape, children }: ShownOnceProps) {
  const giveBack = useReturnFocus();
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onEscape?.()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={OVERLAY} />
        <AlertDialog.Content
          onOpenAutoFocus={focusDialog}
          onCloseAutoFocus={giveBack}
          onEscapeKeyDown={(event) => onEscape === undefined && event.preventDefault()}
          className={`${DIALOG} ${className}`}
        >
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="text-muted">{body}</AlertDialog.Description>
          {children}
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

/** On the dialog as a whole: one that warns looks for its button to cancel, and this has none. */
function focusDialog(event: Event): void {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}

interface LinkShownProps {
  of: string;
  /** What it is, and for whom. */
  label: string;
}

/** A link to hand over. */
export const LinkShown = ({ of: link, label }: LinkShownProps) => (
  <div data-copied className="flex items-start gap-2">
    <code
      aria-label={label}
      role="group"
      className="min-w-0 flex-1 break-all rounded-md bg-sunken px-3 py-2 font-mono text-xs"
    >
      {link}
    </code>
    <CopyButton text={link} what={label} />
  </div>
);

interface StoredBoxProps {
  label: string;
  checked: boolean;
  onChange: (stored: boolean) => void;
}

/** Ticked before it is closed. */
export const StoredBox = ({ label, checked, onChange }: StoredBoxProps) => (
  <label className="flex min-h-9 items-center gap-2 text-sm">
    <input
      type="checkbox"
      checked={checked}
      onChange={(event) => onChange(event.target.checked)}
      className="size-4 accent-accent"
    />
    {label}
  </label>
);
