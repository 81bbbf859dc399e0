/** What is wrong with what is filled in, by pointers into the body that it becomes: `/name`, `/rateLimits/0/limit`. */
export type Faults = Readonly<Record<string, string>>;

/** What the field or the part of it that a pointer leads to is called in the document. */
export const elementId = (pointer: string): string => `field${pointer.replaceAll('/', '-')}`;

/** The control that a pointer leads to: its own, or that of the nearest thing around it. */
function controlAt(pointer: string): HTMLElement | null {
  for (let path = pointer; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) {
    const found = document.getElementById(elementId(path));
    if (found === null) continue;
    const controls = 'input:enabled, select:enabled, textarea:enabled, button:enabled';
    return found.matches(controls) ? found : found.querySelector<HTMLElement>(controls);
  }
  return null;
}

/** Moves the focus there, and opens what it is hidden in. */
export function focusField(pointer: string): void {
  const control = controlAt(pointer);
  const hidden = control?.closest('details');
  if (hidden) hidden.open = true;
  control?.focus();
}

/** The server words its faults to follow a field's name: "must …", "is …". Below the field they stand alone. */
export const asSentence = (fault: string): string => {
  const text = `${fault.charAt(0).toUpperCase()}${fault.slice(1)}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
};
