import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';
import { useMessages } from './messages.tsx';

/** A text that is taken along as it is: pressing it copies it. `label`: what it is, for whoever does not see it. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const say = useMessages();
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    say(texts.messages.copied);
  };
  return (
    <button
      type="button"
      onClick={() => void copy()}
      className="group inline-flex min-w-0 max-w-full items-center gap-1.5 rounded text-left font-mono text-sm text-muted hover:text-text"
    >
      <span className="sr-only">
        {texts.reveal.copy}: {label}{' '}
      </span>
      <span className="min-w-0 break-all">{text}</span>
      <Icon of="copy" />
    </button>
  );
}
