/** Order of things that may name their place: those first, by it; the others after them, by name. */
export function byOrder<T extends { readonly kind: string; readonly order?: number }>(a: T, b: T): number {
  const places = (a.order ?? Infinity) - (b.order ?? Infinity);
  // Infinity - Infinity is NaN: two without a place.
  return places || (a.kind < b.kind ? -1 : Number(a.kind > b.kind));
}
