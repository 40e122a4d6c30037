export { BROKEN_REASONS } from './broken.ts';
export { encodeTraffic } from './encode.ts';
export { generateTraffic, type TrafficItem, type TrafficOptions } from './generate.ts';
