/** From memory, and forgotten at once: no address of it is kept. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  // Browsers take the dot from the beginning of a name.
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
