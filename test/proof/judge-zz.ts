import { judged, leftBehind } from './judge-evidence.ts';
const left = await leftBehind({ seed: 3, customers: 600, events: 20000, lateRatio: 0.1, correctionRatio: 0.1 });
console.log(left.committedOutputs.length, left.documents.map((d) => d.version).sort((a, b) => b - a).slice(0, 3));
const t = performance.now();
const j = await judged(left);
console.log(j.ok, Math.round(performance.now() - t), 'ms');
