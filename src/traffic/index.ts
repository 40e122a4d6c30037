export { BROKEN_REASONS } from './broken.ts';
export { encodeTraffic, type SchemaIds } from './encode.ts';
export { generateTraffic, type TrafficItem, type TrafficOptions } from './generate.ts';
