/** The dashboard for Grafana, and what it asks Prometheus. */
import { readFileSync } from 'node:fs';
import { CHART } from './chart.ts';

export const DASHBOARD = `${CHART}/dashboards/customer-profile.json`;

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

export const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { readonly panels: readonly Panel[] };

/** Those that show something, rows left out. */
export const panels = dashboard.panels.flatMap(({ targets, ...panel }) => (targets ? [{ ...panel, targets }] : []));

export const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
