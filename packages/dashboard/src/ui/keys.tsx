/** Keys of the keyboard, pressed together or one after the other. */
export const Keys = ({ of: keys }: { of: readonly string[] }) => (
  <span className="flex gap-1">
    {keys.map((key) => (
      <kbd
        key={key}
        className="grid h-5 min-w-5 place-items-center rounded border border-line bg-sunken px-1 font-sans text-xs text-muted"
      >
        {key}
      </kbd>
    ))}
  </span>
);
