/** What the bench asks of a process that plays a part of the fleet; it answers each order with its report. */
export interface FleetOrders {
  /** All desktops connect in this moment, those of a part of the fleet that there is none of yet being made first. */
  connect: { order: Part; report: { inStepMs: number[]; failures: Record<string, number> } };
  /** Edits are made; answered when the last of them has its answer. */
  edit: { order: Edits; report: { answers: Record<string, number>; pushMs: number[] } };
  /** Waits until every desktop holds so many edited projects of its organization, not longer than the limit. */
  collect: { order: { edited: number[]; limitMs: number }; report: { lagMs: Float64Array; missing: number; pulls: number; cpuSeconds: number } };
  disconnect: { order: null; report: null };
}

export interface Part {
  server: string;
  desktops: { email: string; organization: number }[];
}

export interface Edits {
  /** In this order, one every so many milliseconds. */
  projects: { id: string; organization: number }[];
  everyMs: number;
}

export type FleetMessage = { [Name in keyof FleetOrders]: { name: Name; order: FleetOrders[Name]['order'] } }[keyof FleetOrders];
