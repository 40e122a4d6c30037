import type { Input } from './input.ts';
import { contractSigned } from './inputs/contract-signed.ts';
import { orderFinalized } from './inputs/order-finalized.ts';

/** Every input event there is. Adding one is a file in inputs/ and a line here. */
export const INPUTS = [orderFinalized, contractSigned] as const;

type EventOf<I> = I extends Input<infer Type, infer Event> ? { readonly type: Type; readonly event: Event } : never;

/** A decoded input event with its type. */
export type InputEvent = EventOf<(typeof INPUTS)[number]>;

const byType = new Map<string, Input>(INPUTS.map((input) => [input.type, input]));

export const inputOf = ({ type }: InputEvent): Input => {
  const input = byType.get(type);
  if (input === undefined) throw new TypeError(`no input event is called ${type}`);
  return input;
};
