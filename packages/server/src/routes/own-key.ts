/** The presented key of an operation that is open to any key. */
export function ownKeyId(presented: { readonly keyId: string } | null): string {
  if (presented === null) throw new Error('the operation is not open to any key');
  return presented.keyId;
}
