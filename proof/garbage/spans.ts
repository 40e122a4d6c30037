/** Where in a well-formed Avro value everything stands. */
import type { Shape } from './avro.ts';

/** `length` is that of a string, `content` what follows it, `count` that of a block. */
export interface Span {
  readonly kind:
    'boolean' | 'double' | 'int' | 'long' | 'enum' | 'length' | 'content' | 'union' | 'count' | 'item' | 'record';
  /** Names only, without positions: equal for what may stand in the same place. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** Every span of a well-formed value that starts at `at`, in the order of their starts save that records follow their fields. */
export const spansOf = (shape: Shape, bytes: Buffer, at = 0): Span[] => {
  const spans: Span[] = [];
  walk(shape, bytes, at, '', spans);
  return spans;
};

const walk = (shape: Shape, bytes: Buffer, at: number, path: string, spans: Span[]): number => {
  const span = (kind: Span['kind'], start: number, end: number, where = path): number => {
    spans.push({ kind, path: where, start, end });
    return end;
  };
  switch (shape.kind) {
    case 'null':
      return at;
    case 'boolean':
      return span('boolean', at, at + 1);
    case 'double':
      return span('double', at, at + 8);
    case 'int':
    case 'long':
    case 'enum':
      return span(shape.kind, at, numberAt(bytes, at).end);
    case 'bytes':
    case 'string': {
      const { value, end } = numberAt(bytes, at);
      span('length', at, end);
      return span('content', end, end + value);
    }
    case 'record': {
      let end = at;
      for (const { name, shape: inner } of shape.fields) end = walk(inner, bytes, end, `${path}.${name}`, spans);
      return span('record', at, end);
    }
    case 'union': {
      const { value, end } = numberAt(bytes, at);
      span('union', at, end);
      const branch = shape.branches[value];
      return branch === undefined ? end : walk(branch, bytes, end, path, spans);
    }
    case 'array':
    case 'map': {
      const key: Shape = { kind: 'string' };
      for (let next = at; ;) {
        const { value, end } = numberAt(bytes, next);
        span('count', next, end);
        if (value === 0) return end;
        next = end;
        for (let left = value; left > 0; left--) {
          const start = next;
          if (shape.kind === 'map') next = walk(key, bytes, next, `${path}{}`, spans);
          next = walk(shape.inner, bytes, next, `${path}[]`, spans);
          span('item', start, next);
        }
      }
    }
  }
};

/** The zigzag number at a place of a well-formed value; exact up to 2^53. */
export const numberAt = (bytes: Buffer, at: number): { value: number; end: number } => {
  let digits = 0;
  let end = at;
  for (let weight = 1; ; weight *= 128) {
    const byte = bytes[end];
    if (byte === undefined) throw new RangeError('the message ends within a number');
    end += 1;
    digits += (byte & 0x7f) * weight;
    if (byte < 0x80) return { value: digits % 2 === 0 ? digits / 2 : -(digits + 1) / 2, end };
  }
};
