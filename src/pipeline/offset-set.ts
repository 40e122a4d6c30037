/** Offsets of one partition, a bit each where they lie close together: millions of them take little room. */
const BITS = 4096;

export class OffsetSet {
  readonly #pages = new Map<number, Uint8Array>();

  add(offset: number): void {
    const number = Math.floor(offset / BITS);
    let page = this.#pages.get(number);
    if (page === undefined) this.#pages.set(number, (page = new Uint8Array(BITS / 8)));
    const bit = offset % BITS;
    page[bit >> 3] = (page[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  has(offset: number): boolean {
    const bit = offset % BITS;
    const byte = this.#pages.get(Math.floor(offset / BITS))?.[bit >> 3] ?? 0;
    return (byte & (1 << (bit & 7))) !== 0;
  }

  clear(): void {
    this.#pages.clear();
  }
}
