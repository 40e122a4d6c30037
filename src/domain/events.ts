import type { CustomerLink } from './generated/CustomerLink.ts';
import type { Input } from './input.ts';
import { contractSigned } from './inputs/contract-signed.ts';
import { orderFinalized } from './inputs/order-finalized.ts';
import { privacyRequested } from './inputs/privacy-requested.ts';
import { profileCommand } from './inputs/profile-command.ts';

/** What other systems say of customers. */
const UPSTREAM = [orderFinalized, contractSigned, privacyRequested] as const;

/** Without the configured prefix. */
export const UPSTREAM_TOPICS: readonly string[] = UPSTREAM.map(({ topic }) => topic);

/** Every input event there is. Adding one is a file in inputs/ and a line here. */
export const INPUTS = [...UPSTREAM, profileCommand] as const;

type EventOf<I> = I extends Input<infer Type, infer Event> ? { readonly type: Type; readonly event: Event } : never;

/** A decoded input event with its type. */
export type InputEvent = EventOf<(typeof INPUTS)[number]>;

export type UpstreamEvent = EventOf<(typeof UPSTREAM)[number]>;

/** What arrives: events of customers, and what tasks say to each other about links. */
export type InboundEvent = InputEvent | { readonly type: 'CustomerLink'; readonly event: CustomerLink };

const byType = new Map<string, Input>(INPUTS.map((input) => [input.type, input]));

export const inputOf = ({ type }: InputEvent): Input => {
  const input = byType.get(type);
  if (input === undefined) throw new TypeError(`no input event is called ${type}`);
  return input;
};
