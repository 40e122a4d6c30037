import fc from 'fast-check';
import { BSON } from 'mongodb';
import { createSharedStrings } from '../../../src/adapters/mongodb/shared-strings.ts';

const utf8 = (bytes: Uint8Array, start: number, end: number, fatal: boolean): string =>
  new TextDecoder('utf8', { fatal }).decode(bytes.subarray(start, end));

describe('strings read from BSON', () => {
  it('are what was written, whatever they hold and whatever was read before', () => {
    const read = createSharedStrings(utf8);
    const text = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }), fc.uuid());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 50 }), (texts) => {
        for (const written of [...texts, ...texts]) {
          const bytes = Buffer.from(`..${written}..`);
          expect(read(bytes, 2, bytes.length - 2, true)).toBe(Buffer.from(written).toString());
        }
      }),
      { numRuns: 300 },
    );
  });

  it('that share a slot are not mistaken for each other', () => {
    const read = createSharedStrings(utf8);
    // The same length, first four and last eight letters.
    for (const written of ['abcd-1-12345678', 'abcd-2-12345678', 'abcd-1-12345678']) {
      expect(read(Buffer.from(written), 0, written.length, true)).toBe(written);
    }
  });

  it('are made once when they are short', () => {
    let decoded = 0;
    const read = createSharedStrings((...args) => {
      decoded += 1;
      return utf8(...args);
    });
    const long = 'x'.repeat(41);
    for (let time = 0; time < 3; time += 1) {
      expect(read(Buffer.from('givenName'), 0, 9, false)).toBe('givenName');
      expect(read(Buffer.from(long), 0, 41, false)).toBe(long);
    }
    expect(decoded).toBe(3);
  });

  it('of invalid UTF-8 are refused as before', () => {
    const read = createSharedStrings(utf8);
    expect(() => read(Buffer.of(0x61, 0xff), 0, 2, true)).toThrow();
    expect(read(Buffer.of(0x61, 0xff), 0, 2, false)).toBe('a\uFFFD');
  });

  it('come back from the driver’s own reader', () => {
    const document = { _id: 'c-1', näme: 'Zoë', sources: ['web-shop', 'web-shop', ''], '': { a: '\u0000' } };
    for (let time = 0; time < 2; time += 1) expect(BSON.deserialize(BSON.serialize(document))).toEqual(document);
  });
});
