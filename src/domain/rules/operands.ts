/** Values that rules compare fields with. */
import type { Field } from './fields.ts';

export type Operand = { readonly value: string | number | boolean | null } | { readonly fault: string };

/** A value to compare the field with; instants come as `{"$date": "2026-01-01"}` and become ms. */
export const operandOf = (field: Field, said: unknown): Operand => {
  if (said === null) return { value: null };
  switch (field.kind) {
    case 'text':
      return typeof said === 'string' ? { value: said } : { fault: 'must be a text in quotes' };
    case 'number':
      return typeof said === 'number' && Number.isFinite(said)
        ? { value: said }
        : { fault: 'must be a number, without quotes' };
    case 'boolean':
      return typeof said === 'boolean' ? { value: said } : { fault: 'must be true or false' };
    case 'choice':
      return typeof said === 'string' && field.symbols.includes(said)
        ? { value: said }
        : { fault: `must be one of ${field.symbols.join(', ')}` };
    case 'instant': {
      const at = instantOf(said);
      return at === null
        ? { fault: 'must be an instant: {"$date": "2026-01-31"} or {"$date": "2026-01-31T12:00:00Z"}' }
        : { value: at };
    }
    case 'list':
    case 'map':
    case 'record':
      return { fault: 'only a single value can be compared: name the field in it that is meant' };
  }
};

export const isDate = (said: unknown): said is { readonly $date: unknown } =>
  typeof said === 'object' && said !== null && Object.keys(said).join() === '$date';

/** ISO 8601, a day or a time with its distance to UTC: what depends on no clock and no time zone. */
const ISO = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

const instantOf = (said: unknown): number | null => {
  const text = isDate(said) && typeof said.$date === 'string' ? said.$date : '';
  const day = ISO.exec(text)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(text))) return null;
  // The 31st of February would be one in March.
  return new Date(day).toISOString().startsWith(day) ? Date.parse(text) : null;
};
