import { create } from 'zustand';
import type { TimelineFilter } from '../../../shared/api/timeline.ts';

export const zooms = ['week', 'month', 'quarter'] as const;
export type Zoom = (typeof zooms)[number];

/** Pixels of a day. */
export const dayWidths: Readonly<Record<Zoom, number>> = { week: 28, month: 10, quarter: 4 };

interface TimelineState {
  zoom: Zoom;
  filter: TimelineFilter;
}

/** Kept while the person visits a project. */
export const useTimeline = create<TimelineState>()(() => ({
  zoom: 'month',
  filter: { stage_id: null, assigned_to: null, customer_id: null },
}));

export const setZoom = (zoom: Zoom): void => useTimeline.setState({ zoom });

export const setFilter = (change: Partial<TimelineFilter>): void =>
  useTimeline.setState(({ filter }) => ({ filter: { ...filter, ...change } }));
